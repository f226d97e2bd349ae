import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';

/** Returns a result, or another one in its place. */
export type ResultStep = (result: ExecutionResult) => ExecutionResult;

/**
 * The results of a subscription that is answered through node:http. It is no AsyncIterable on purpose: Yoga would put five iterators around
 * it, which keep 9 kB for each subscriber. So Yoga's hooks for each result do not run: whatever must see each result is a step.
 */
export class SubscriptionResults {
  readonly #args: ExecutionArgs;
  readonly #events: AsyncIterator<unknown>;
  #steps: readonly ResultStep[] = [];

  constructor(args: ExecutionArgs, events: AsyncIterable<unknown>) {
    this.#args = args;
    this.#events = events[Symbol.asyncIterator]();
  }

  /** Adds a step, which gets each result from the steps before it. */
  addStep(step: ResultStep): void {
    // No push: an array that grows takes room for 17 elements.
    this.#steps = [...this.#steps, step];
  }

  /** Returns the next result; `undefined` at the end. */
  async next(): Promise<ExecutionResult | undefined> {
    const { done, value } = await this.#events.next();
    if (done) return undefined;
    // GraphQL, 6.2.3.2: each event is the root value of an execution of the operation.
    const result = await execute({ ...this.#args, rootValue: value });
    return this.#steps.reduce((previous, step) => step(previous), result);
  }

  /** Ends the subscription. */
  async end(): Promise<void> {
    await this.#events.return?.();
  }
}

/**
 * Subscribes as `subscribe` of graphql-js does, with the HTTP status of errors for Yoga.
 *
 * @returns the results, or one result with errors if there is no subscription
 */
export async function subscribeToResults(
  args: ExecutionArgs,
): Promise<SubscriptionResults | ExecutionResult> {
  const events = await createSourceEventStream(args);
  if (isAsyncIterable(events)) return new SubscriptionResults(args, events);
  // An error without a path precedes the resolver: a wrong variable. Yoga's executor answers it with 400.
  for (const { path, extensions } of events.errors ?? [])
    if (!path) Object.assign(extensions, { code: 'BAD_USER_INPUT', http: { status: 400 } });
  return events;
}
