import { expect, test } from 'vitest';
import { readAnswer } from '../../test/support/answer.ts';
import { testClerkHost, testHandshake } from './clerk-host.ts';
import { testOnALaptop } from './laptop.ts';
import { describeMount } from './mount-suite.ts';

const shared = { example: 'express-sdk-node', path: '/graphql' };

describeMount({
  ...shared,
  name: 'Express 5 with ClerkExpressWithAuth',
  script: 'start',
  more(running) {
    testClerkHost(running);
    testHandshake(running);
  },
});

describeMount({
  ...shared,
  name: 'Express 5 with ClerkExpressRequireAuth',
  script: 'start:require-auth',
  refusal: 401,
  more(running) {
    testClerkHost(running);

    test('refuses with the error of the gateway, and logs it', async () => {
      const { ask, output } = running();
      const { codes, headers } = await readAnswer(await ask('{ sessionToken(template: "hasura") { jwt } }'));
      expect([codes, headers.get('www-authenticate')]).toEqual([['UNAUTHENTICATED'], 'Bearer']);
      expect(headers.get('cache-control')).toBe('no-store');
      await expect.poll(output).toMatch(/"outcome":"UNAUTHENTICATED","status":401/);
    });
  },
});

testOnALaptop('express-sdk-node');
testOnALaptop('express-sdk-node', 'dev:require-auth');
