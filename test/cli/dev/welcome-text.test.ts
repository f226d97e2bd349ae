import { expect, test } from 'vitest';
import { welcomeText } from '../../../src/cli/dev/welcome-text.ts';
import { demoSession } from './demo-worlds.ts';

const clerkWith = (count: number) => ({
  url: 'http://127.0.0.1:4001',
  sessions: () => Array.from({ length: count }, () => demoSession()),
});
const textWith = (count: number) =>
  welcomeText('http://127.0.0.1:4000', 'http://127.0.0.1:4000/graphql', clerkWith(count));

test('the text has the start page, the GraphQL endpoint and the local Clerk', () => {
  expect(textWith(2)).toMatch(/Start here {3}http:\/\/127\.0\.0\.1:4000\/\n/);
  expect(textWith(2)).toMatch(/GraphQL {6}http:\/\/127\.0\.0\.1:4000\/graphql\n/);
  expect(textWith(2)).toMatch(/Local Clerk {2}http:\/\/127\.0\.0\.1:4001 {2}\(2 sessions\)\n/);
});

test.each([
  [0, '(0 sessions)'],
  [1, '(1 session)'],
])('%i sessions are counted as %s', (count, text) => {
  expect(textWith(count)).toContain(text);
});
