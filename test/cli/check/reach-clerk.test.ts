import { expect, test } from 'vitest';
import { reachClerk } from '../../../src/cli/check/reach-clerk.ts';
import { startDeadServer } from '../../support/dead-server.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

test('the key set is returned with the Date header, the duration and the local time', async () => {
  const before = Date.now();
  const { keys, date, tookMs, localTime } = (await reachClerk(world.settings)) ?? expect.unreachable();
  expect(keys).toEqual([expect.objectContaining({ kty: 'RSA', kid: expect.any(String) })]);
  expect(Date.parse(date ?? '')).not.toBeNaN();
  expect(tookMs).toBeGreaterThanOrEqual(0);
  expect(localTime).toBeGreaterThanOrEqual(before);
  expect(localTime).toBeLessThanOrEqual(Date.now());
});

test('a wrong secret key yields nothing', async () => {
  expect(await reachClerk({ ...world.settings, secretKey: 'sk_test_MARKER' })).toBeUndefined();
});

test('M14 a 401 of a proxy is not taken for a refusal of the secret key', async () => {
  const page = { status: 401, body: '<html>', headers: { 'content-type': 'text/html' } };
  world.clerk.controls.answerAlways(page, 'GET /v1/jwks');
  await expect(reachClerk(world.settings)).rejects.toMatchObject({
    problems: [expect.stringMatching(/^CLERK_API_URL: .* answers with status 401, not with Clerk's key set/)],
  });
});

test('an address without a server is named', async () => {
  const apiUrl = await startDeadServer();
  await expect(reachClerk({ ...world.settings, apiUrl })).rejects.toMatchObject({
    problems: [`CLERK_API_URL: no server answers at ${apiUrl}: check the address and the network`],
  });
});

test.each<[string, unknown]>([
  ['HTML', '<html>'],
  ['JSON without keys', { data: [] }],
  ['null', null],
])('an address that answers with %s is not Clerk', async (_what, body) => {
  world.clerk.controls.answerAlways({ status: 200, body }, 'GET /v1/jwks');
  await expect(reachClerk(world.settings)).rejects.toMatchObject({
    problems: [expect.stringMatching(/^CLERK_API_URL: .* answers, but not with Clerk's key set: /)],
  });
});

test('an address below that of Clerk is reported as wrong', async () => {
  const apiUrl = `${world.clerk.url}/elsewhere`;
  await expect(reachClerk({ ...world.settings, apiUrl })).rejects.toMatchObject({
    problems: [expect.stringContaining(`${apiUrl} answers with status 404`)],
  });
});
