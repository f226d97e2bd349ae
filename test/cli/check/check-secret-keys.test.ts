import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkSecretKeys } from '../../../src/cli/check/check-secret-keys.ts';
import { type LocalClerk, startLocalClerk } from '../../../src/local-clerk/index.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
let other: LocalClerk;
beforeAll(async () => {
  other = await startLocalClerk();
});
afterAll(() => other.close());

const wrongKey = ['sk', 'test', 'MARKER'].join('_');
const page = 'Clerk Dashboard: Configure, API keys';

function check(...list: string[]) {
  const { publishableKey, apiUrl } = world.settings;
  return checkSecretKeys(list, { publishableKey, apiUrl });
}

test('one key that Clerk accepts is no finding', async () => {
  const { clerk, reached, findings } = await check(world.clerk.secretKey);
  expect([clerk, findings]).toEqual([world.settings, []]);
  expect(reached.keys).toHaveLength(1);
});

test('one key that Clerk refuses is named, and not quoted', async () => {
  const checked = check(wrongKey);
  await expect(checked).rejects.toMatchObject({
    problems: [`CLERK_SECRET_KEY: Clerk refuses this key: copy it again from ${page}`],
  });
  await expect(checked).rejects.not.toThrow('MARKER');
});

test('each key of a list is tested, and the newest mints', async () => {
  const added = world.clerk.controls.addSecretKey();
  const { clerk, findings } = await check(added, world.clerk.secretKey);
  expect(clerk.secretKey).toBe(added);
  expect(findings).toEqual([
    { verdict: 'ok', text: 'CLERK_SECRET_KEY (entry 1): Clerk accepts this key, and it mints' },
    { verdict: 'ok', text: 'CLERK_SECRET_KEY (entry 2): Clerk accepts this key' },
  ]);
});

test('a new key that Clerk refuses is a failure; the old one mints', async () => {
  const { clerk, findings } = await check(wrongKey, world.clerk.secretKey);
  expect(clerk.secretKey).toBe(world.clerk.secretKey);
  expect(findings).toEqual([
    {
      verdict: 'fail',
      text: `CLERK_SECRET_KEY (entry 1): Clerk refuses this key: copy it again from ${page}`,
    },
    { verdict: 'ok', text: 'CLERK_SECRET_KEY (entry 2): Clerk accepts this key, and it mints' },
  ]);
});

test('an old key that Clerk refuses is a note: the rotation is over', async () => {
  const { findings } = await check(world.clerk.secretKey, wrongKey);
  expect(findings[1]).toEqual({
    verdict: 'note',
    text: 'CLERK_SECRET_KEY (entry 2): Clerk refuses this key, and a newer one mints: remove it',
  });
});

test('a key of another instance, which Clerk accepts, is a failure', async () => {
  // The other local Clerk stands for another instance behind the same address.
  const { keys } = (await (await fetch(`${other.url}/.well-known/jwks.json`)).json()) as { keys: object[] };
  world.clerk.controls.answerNext(
    [
      { status: 200, body: { keys } },
      { status: 200, body: await (await fetch(`${world.clerk.url}/.well-known/jwks.json`)).json() },
    ],
    'GET /v1/jwks',
  );
  const { findings } = await check(other.secretKey, world.clerk.secretKey);
  expect(findings).toEqual([
    { verdict: 'ok', text: 'CLERK_SECRET_KEY (entry 1): Clerk accepts this key, and it mints' },
    {
      verdict: 'fail',
      text: `CLERK_SECRET_KEY (entry 2): is a key of another Clerk instance than entry 1: copy both again from ${page}`,
    },
  ]);
});

test('when Clerk refuses every key, each entry is named', async () => {
  await expect(check(wrongKey, `${wrongKey}2`)).rejects.toMatchObject({
    problems: [1, 2].map(
      (entry) => `CLERK_SECRET_KEY (entry ${entry}): Clerk refuses this key: copy it again from ${page}`,
    ),
  });
});
