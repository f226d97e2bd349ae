import { expect, test } from 'vitest';
import { createClient } from '../../src/clerk/client.ts';
import { listTemplates } from '../../src/clerk/list-templates.ts';
import { useClerk } from '../cli/use-clerk.ts';
import { clerkErrors } from '../support/clerk-errors.ts';

const world = useClerk();

/** Lists the templates of an SDK that answers with a function. */
const listWith = (answer: () => unknown) => listTemplates({ list: async () => answer() as never });

test("one call to Clerk's API yields the names of its templates", async () => {
  const { jwtTemplates } = createClient(world.settings);
  const names = ['hasura', 'firebase', 'nhost', 'minimal', 'short', 'reports'];
  const result = await listTemplates(jwtTemplates);
  expect(result).toEqual({ kind: 'names', names: expect.arrayContaining(names) });
  expect(world.clerk.controls.requests()).toBe(1);
});

test.each([undefined, null, 'a page', {}, { data: 'a' }, { data: [null] }, { data: [{ name: 5 }] }])(
  'the answer %j lists no templates',
  async (answer) => {
    const failure = { kind: 'unavailable', reason: "Clerk's answer lists no templates" };
    expect(await listWith(() => answer)).toEqual({ kind: 'failure', failure });
  },
);

test('an instance without templates has an empty list', async () => {
  expect(await listWith(() => ({ data: [] }))).toEqual({ kind: 'names', names: [] });
});

test('an error of the SDK is read as a failure', async () => {
  const result = await listWith(() => {
    throw clerkErrors.throttled(7);
  });
  expect(result).toMatchObject({ kind: 'failure', failure: { kind: 'throttled', retryAfter: 7 } });
});
