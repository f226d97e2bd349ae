import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer } from '../../test/support/answer.ts';
import { clerkCookies, signSession } from '../../test/support/tokens.ts';
import { copyExample } from './example-copy.ts';
import { type ExampleProcess, startExample } from './example-process.ts';
import { requestToken } from './in-process.ts';
import { testBusyPort, testOnALaptop } from './laptop.ts';
import { describeMount } from './mount-suite.ts';
import { staleSession } from './stale-session.ts';

describeMount({
  name: 'node:http',
  example: 'node',
  script: 'start',
  path: '/graphql',
  more(running) {
    test('does not redirect browsers to Clerk', async () => {
      const { clerk, url } = running();
      const page = await fetch(url, { redirect: 'manual', headers: await staleSession(clerk) });
      expect([page.status, page.headers.get('allow')]).toEqual([405, 'POST']);
    });
  },
});

describe('node:http with authorizedParties', () => {
  const own = 'https://app.example.com';
  const copy = copyExample('node', 'parties');
  copy.edit('server.ts', "authorizedParties: 'any'", `authorizedParties: ['${own}']`);
  let clerk: LocalClerk;
  let running: ExampleProcess | undefined;
  beforeAll(async () => {
    clerk = await startLocalClerk();
    running = await startExample(copy.example, 'start', clerk);
  });
  afterAll(async () => {
    await running?.stop();
    await clerk?.close();
    copy.remove();
  });

  test.each([
    ['accepts sessions of its frontend', own, []],
    ['refuses sessions of another', 'https://evil.example', ['UNAUTHENTICATED']],
  ])('%s, by Bearer token and by cookie', async (_title, azp, codes) => {
    const token = await signSession(clerk, { azp });
    const cookie = { cookie: clerkCookies(token), 'sec-fetch-site': 'same-origin' };
    for (const headers of [{ authorization: `Bearer ${token}` }, cookie]) {
      const answer = await readAnswer(await requestToken(`${running?.origin}/graphql`, headers));
      expect([answer.status, answer.codes]).toEqual([200, codes]);
    }
  });
});

testOnALaptop('node');
testBusyPort('node');
