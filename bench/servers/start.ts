// Measures, in a fresh process, the import of a build of Mintgate and the first token after it. Prints one line of JSON.
import type * as mintgate from '../../src/index.ts';
import { settings } from './answer.ts';

const { door, token, ...options } = settings<mintgate.GatewayOptions & { door: string; token: string }>();

/** The time since the start of the import, wall and CPU, in milliseconds. */
function elapsed(): { ms: number; cpuMs: number } {
  const { user, system } = process.cpuUsage(cpuAtStart);
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000 };
}

const began = performance.now();
const cpuAtStart = process.cpuUsage();
const { createGateway, createLogger } = (await import(door)) as typeof mintgate;
const imported = { ...elapsed(), rssMb: process.memoryUsage.rss() / 1e6 };
const gateway = createGateway({ ...options, logger: createLogger({ level: 'silent' }) });
const response = await gateway.fetch(
  new Request('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ sessionToken(template: "minimal") { jwt } }' }),
  }),
);
const text = await response.text();
if (!text.includes('"jwt"')) throw new Error(`expected a token: ${text}`);
const firstToken = { ...elapsed(), rssMb: process.memoryUsage.rss() / 1e6 };
await gateway.dispose();
console.log(JSON.stringify({ imported, firstToken }));
