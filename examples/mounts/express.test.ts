import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testClerkHost, testHandshake } from './clerk-host.ts';
import { testOnALaptop } from './laptop.ts';
import { describeMount, type Mount } from './mount-suite.ts';

const shared: Omit<Mount, 'name' | 'example'> = {
  script: 'start',
  path: '/graphql',
  // From express.json().
  malformed: { status: 400, contentType: /html/ },
  more(running) {
    testClerkHost(running);
    testHandshake(running);
  },
};

describeMount({ ...shared, name: 'Express 5', example: 'express' });
describeMount({ ...shared, name: 'Express 4', example: 'express-4' });

test('Express 4 uses the same code as Express 5', async () => {
  const [four, five] = await Promise.all(
    ['express-4', 'express'].map((name) =>
      readFile(new URL(`../${name}/server.ts`, import.meta.url), 'utf8'),
    ),
  );
  expect(four).toBe(five);
});

testOnALaptop('express');
testOnALaptop('express-4');
