import { unref } from './unref.ts';

/** Waits. The timer keeps no process alive. @param milliseconds - how long */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    unref(setTimeout(resolve, milliseconds));
  });
}
