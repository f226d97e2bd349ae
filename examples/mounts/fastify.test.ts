import { expect, test } from 'vitest';
import { testClerkHost, testHandshake } from './clerk-host.ts';
import { testOnALaptop } from './laptop.ts';
import { describeMount } from './mount-suite.ts';

describeMount({
  name: 'Fastify 5',
  example: 'fastify',
  script: 'start',
  path: '/graphql',
  more(running) {
    testClerkHost(running);
    testHandshake(running);

    test('answers 404 to methods without a route, without the gateway', async () => {
      const { url } = running();
      expect((await fetch(url, { method: 'PATCH' })).status).toBe(405);
      const unknown = await fetch(url, { method: 'PROPFIND' });
      expect([unknown.status, unknown.headers.get('allow')]).toEqual([404, null]);
    });
  },
});

testOnALaptop('fastify');
