import { buildSchema, type ExecutionArgs, GraphQLError, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { SubscriptionResults, subscribeToResults } from '../../src/http/subscription-results.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { count(from: Int!): Int! }');

/** Subscribes to a field whose root value has the given subscriber. */
function subscribe(count: () => unknown, variableValues: Record<string, unknown> = { from: 1 }) {
  const document = parse('subscription($from: Int!) { count(from: $from) }');
  const args: ExecutionArgs = { schema, document, variableValues, rootValue: { count } };
  return subscribeToResults({ ...args, subscribeFieldResolver: count });
}

async function* events(...values: readonly unknown[]) {
  for (const count of values) yield { count };
}

async function start(count: () => unknown): Promise<SubscriptionResults> {
  const results = await subscribe(count);
  if (results instanceof SubscriptionResults) return results;
  throw new Error(`no subscription: ${JSON.stringify(results)}`);
}

describe('the results of a subscription', () => {
  test('are those of the operation, one for each event', async () => {
    const results = await start(() => events(1, 2));
    expect(await results.next()).toEqual({ data: { count: 1 } });
    expect(await results.next()).toEqual({ data: { count: 2 } });
    expect(await results.next()).toBeUndefined();
  });

  test('pass through each step, in order', async () => {
    const results = await start(() => events(1, 'no number'));
    const seen: unknown[] = [];
    results.addStep((result) => {
      seen.push(result);
      return { data: { replaced: result.errors !== undefined } };
    });
    results.addStep(({ data }) => ({ data: { last: data?.replaced } }));
    expect(await results.next()).toEqual({ data: { last: false } });
    expect(await results.next()).toEqual({ data: { last: true } });
    expect(seen).toMatchObject([{ data: { count: 1 } }, { data: null, errors: [expect.any(GraphQLError)] }]);
  });

  test('end their source', async () => {
    const source = { next: vi.fn(), return: vi.fn(async () => ({ done: true })) };
    const results = await start(() => ({ [Symbol.asyncIterator]: () => source }));
    await results.end();
    expect(source.return).toHaveBeenCalledTimes(1);
  });

  test('are no AsyncIterable: Yoga would put iterators around them', async () => {
    expect(Symbol.asyncIterator in (await start(() => events()))).toBe(false);
  });
});

describe('a subscription that does not begin', () => {
  test('because of a wrong variable is answered with 400', async () => {
    const count = vi.fn();
    expect(await subscribe(count, { from: 'x' })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } }],
    });
    expect(count).not.toHaveBeenCalled();
  });

  test('because its field refuses it has the error of the field', async () => {
    const refused = new GraphQLError('refused', { extensions: { code: 'FORBIDDEN' } });
    const result = await subscribe(() => Promise.reject(refused));
    expect(result).toMatchObject({
      errors: [{ message: 'refused', path: ['count'], extensions: { code: 'FORBIDDEN' } }],
    });
    expect(JSON.stringify(result)).not.toContain('http');
  });
});
