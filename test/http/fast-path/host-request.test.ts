import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const index = new URL('../../../src/index.ts', import.meta.url).href;
const localClerk = new URL('../../../src/local-clerk/index.ts', import.meta.url).href;

// In Next.js, Yoga uses the global Request, which refuses a stream whose body the fast path has read.
const program = `
  globalThis.__NEXT_TEST = true;
  const { createServer } = await import('node:http');
  const { createGateway, createLogger } = await import(${JSON.stringify(index)});
  const { startLocalClerk } = await import(${JSON.stringify(localClerk)});
  const clerk = await startLocalClerk();
  const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
  const gateway = createGateway({ secretKey, publishableKey, jwtKey, apiUrl, authorizedParties: 'any', templates: ['hasura'],
    logger: createLogger({ level: 'silent' }) });
  const server = createServer(gateway).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = 'http://127.0.0.1:' + server.address().port + '/graphql';
  const authorization = 'Bearer ' + (await clerk.mintSessionToken('sess_ada'));
  const init = () => ({ method: 'POST', headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' }) });
  const answers = [];
  for (let at = 0; at < 2; at += 1) answers.push(await (await fetch(url, init())).json());
  for (let at = 0; at < 2; at += 1) answers.push(await (await gateway.fetch(new Request(url, init()))).json());
  console.log(JSON.stringify({ jwts: answers.map(({ data }) => typeof data?.sessionToken?.jwt), requests: gateway.stats().requests }));
  process.exit();`;

test('X22 where Yoga uses the Request of its host, only fetch has the fast path, and both ways answer', async () => {
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  expect(JSON.parse(stdout)).toEqual({
    jwts: ['string', 'string', 'string', 'string'],
    requests: { fastPath: 1, yoga: 3 },
  });
}, 40_000);
