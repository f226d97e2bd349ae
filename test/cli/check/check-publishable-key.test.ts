import { expect, onTestFinished, test } from 'vitest';
import { checkPublishableKey } from '../../../src/cli/check/check-publishable-key.ts';
import { startLocalClerk } from '../../../src/local-clerk/index.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
const hostOf = ({ url }: { url: string }) => new URL(url).host;

test('a publishable key of the instance passes', async () => {
  expect(await checkPublishableKey(world.settings)).toEqual({
    verdict: 'ok',
    text: `CLERK_PUBLISHABLE_KEY: names ${hostOf(world.clerk)}, a Frontend API of this instance`,
  });
});

test('a publishable key of another instance fails', async () => {
  const other = await startLocalClerk();
  onTestFinished(() => other.close());
  const { publishableKey } = other;
  const { verdict, text } = await checkPublishableKey({ ...world.settings, publishableKey });
  expect(verdict).toBe('fail');
  const mismatch = `names ${hostOf(other)}, but the instance of CLERK_SECRET_KEY has ${hostOf(world.clerk)}`;
  expect(text).toContain(`CLERK_PUBLISHABLE_KEY: ${mismatch}: copy both keys from Clerk Dashboard`);
});

test.each<[string, { status: number; body?: unknown }, string]>([
  ['does not list its domains', { status: 404 }, 'Clerk does not list the domains (status 404)'],
  [
    'lists none',
    { status: 200, body: { data: [], total_count: 0 } },
    'Clerk lists no domain of the instance',
  ],
  ['answers nonsense', { status: 200, body: '<html>' }, 'Clerk does not list the domains (no usable answer)'],
])('a publishable key is not compared where Clerk %s', async (_what, answer, reason) => {
  world.clerk.controls.answerAlways(answer, 'GET /v1/domains');
  const { verdict, text } = await checkPublishableKey(world.settings);
  expect(verdict).toBe('note');
  expect(text).toMatch(/not compared with the instance: /);
  expect(text.endsWith(`: ${reason}`)).toBe(true);
});
