/**
 * Creates a function that runs tasks, at most a number of them at once, in the order of the calls.
 *
 * @param max - the number of tasks that run at once
 * @returns a function that settles as the task does
 */
export function limitConcurrency(max: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    // A task that ends passes its place on, so that no later call overtakes one that waits.
    if (running === max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
