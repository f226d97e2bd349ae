import { expect, onTestFinished, test, vi } from 'vitest';
import { callClerk } from '../../../src/cli/check/call-clerk.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
const listTemplates = () => callClerk(world.settings, (client) => client.jwtTemplates.list());

test('a successful call returns its data', async () => {
  expect((await listTemplates()).data.map(({ name }) => name)).toContain('hasura');
});

test('a call that Clerk refuses fails with the status', async () => {
  world.clerk.controls.answerAlways({ status: 404 }, 'GET /v1/jwt_templates');
  await expect(listTemplates()).rejects.toMatchObject({
    name: 'ClerkCallError',
    message: 'status 404',
    keyRefused: false,
  });
});

test('a refusal of the secret key is distinguished from a 401 of a proxy', async () => {
  const settings = { ...world.settings, secretKey: `${world.settings.secretKey}x` };
  const refused = callClerk(settings, (client) => client.jwtTemplates.list());
  await expect(refused).rejects.toMatchObject({ message: 'status 401', keyRefused: true });
  world.clerk.controls.answerAlways({ status: 401, body: '<html>' }, 'GET /v1/jwt_templates');
  await expect(listTemplates()).rejects.toMatchObject({ message: 'status 401', keyRefused: false });
});

test('a call that fails without a status is reported as one without a usable answer', async () => {
  const failed = callClerk(world.settings, async () => {
    throw new TypeError('fetch failed');
  });
  await expect(failed).rejects.toMatchObject({
    message: 'no usable answer',
    keyRefused: false,
    cause: expect.any(TypeError),
  });
});

test('a call that never ends fails after 10 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const outcome = callClerk(world.settings, () => new Promise<never>(() => {})).catch(String);
  await vi.advanceTimersByTimeAsync(9_999);
  const pending = Symbol('pending');
  expect(await Promise.race([outcome, Promise.resolve(pending)])).toBe(pending);
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toBe('ClerkCallError: no usable answer');
});

test('a call receives a signal that is not aborted', async () => {
  expect(await callClerk(world.settings, async (_client, signal) => signal.aborted)).toBe(false);
});
