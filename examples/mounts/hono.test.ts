import { testClerkHost, testHandshake } from './clerk-host.ts';
import { testOnALaptop } from './laptop.ts';
import { describeMount } from './mount-suite.ts';

describeMount({
  name: 'Hono 4',
  example: 'hono',
  script: 'start',
  path: '/graphql',
  more(running) {
    testClerkHost(running);
    testHandshake(running);
  },
});

testOnALaptop('hono');
