import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type DevClerkArguments, startDevClerk } from '../../../src/cli/dev/start-dev-clerk.ts';
import { newFolder } from '../../support/command.ts';

async function start(args: Partial<DevClerkArguments>) {
  const warnings: string[] = [];
  const options = { data: undefined, rateLimit: undefined, ...args };
  const clerk = await startDevClerk(options, (warning) => void warnings.push(warning));
  onTestFinished(() => clerk.close());
  const listSessions = async () => {
    const headers = { authorization: `Bearer ${clerk.secretKey}` };
    return (await fetch(`${clerk.url}/v1/sessions`, { headers })).status;
  };
  return { clerk, warnings, listSessions };
}

test('without arguments, the local Clerk has the demo data and no rate limit', async () => {
  const { clerk, warnings, listSessions } = await start({});
  expect(clerk.sessions().map(({ id }) => id)).toContain('sess_ada');
  expect([await listSessions(), await listSessions(), await listSessions()]).toEqual([200, 200, 200]);
  expect(warnings).toEqual([]);
});

test('a rate limit is the number of requests that the local Clerk admits', async () => {
  const { listSessions } = await start({ rateLimit: 2 });
  expect([await listSessions(), await listSessions(), await listSessions()]).toEqual([200, 200, 429]);
});

test('a data file replaces the demo data, and an unknown key in it is a warning', async () => {
  const text = JSON.stringify({
    users: [{ id: 'user_one' }],
    sessions: [{ id: 'sess_one', user_id: 'user_one' }],
    user: [],
  });
  const data = join(await newFolder({ 'data.json': text }), 'data.json');
  const { clerk, warnings } = await start({ data });
  expect(clerk.sessions().map(({ id }) => id)).toEqual(['sess_one']);
  expect(warnings).toEqual([expect.stringContaining('"user"')]);
});

test('X09 in production, the local Clerk refuses to start with a message for the operator', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(start({})).rejects.toMatchObject({
    name: 'ConfigurationError',
    problems: [expect.stringContaining('production')],
  });
});
