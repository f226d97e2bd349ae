import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { parameters } from '../../scripts/fuzz/documents.ts';
import { answersGoodQuery } from '../../scripts/fuzz/good-query.ts';
import { harmlessHeaders } from '../../scripts/fuzz/headers.ts';
import { fuzzRound } from '../../scripts/fuzz/round.ts';
import { readAnswer } from '../support/answer.ts';
import { useGateways } from '../support/gateway.ts';

// `npm run fuzz` runs the same for longer.
const world = useGateways({ bothWays: true });
const seed = 20_260_103;
const numRuns = 400;

test('X12 a seeded fuzz of documents and variables is answered, never with 5xx or a masked fault', async () => {
  const gateway = world.start({ mode: 'development' });
  const authorization = `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
  await fc.assert(
    fc.asyncProperty(parameters, async (body) => {
      // Without this header, a subscription would be answered by a stream without an end.
      const headers = { authorization, accept: 'application/json' };
      const { status, codes } = await readAnswer(await gateway.post(JSON.stringify(body), headers));
      expect(status).toBeLessThan(500);
      expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
      for (const code of codes) expect(code).toMatch(/^[A-Z_]+$/);
    }),
    { numRuns, seed },
  );
});

test('X12 a seeded fuzz of bodies is answered, never with 5xx', async () => {
  const gateway = world.start();
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    fc.json().map((text) => new TextEncoder().encode(text)),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const { status, codes } = await readAnswer(await gateway.post(body));
      expect(status).toBeLessThan(500);
      expect(codes).toEqual(['BAD_REQUEST']);
    }),
    { numRuns, seed },
  );
  expect(world.requests()).toBe(0);
});

test('X12 a seeded fuzz of headers is answered, never with 5xx', async () => {
  const gateway = world.start();
  await fc.assert(
    fc.asyncProperty(harmlessHeaders, async (some) => {
      const response = await gateway.post('{"query":"{ session { id } }"}', Object.fromEntries(some));
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
      expect(text).not.toContain('sess_');
    }),
    { numRuns, seed },
  );
});

test.each([
  ['production', seed],
  ['development', seed + 1],
] as const)(
  'X12 a seeded fuzz over sockets is answered or closed in %s, and a good query still works',
  async (mode, seed) => {
    const gateway = world.start({ mode });
    const server = createServer(gateway);
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const token = await world.clerk.mintSessionToken('sess_ada');
    const target = { port, secrets: { token, key: world.clerk.secretKey } };
    const { statuses, failure } = await fuzzRound(target, { seed, runs: 80, timeLimit: 20_000 });
    expect(failure).toBeUndefined();
    // The requests reach all layers: some succeed, GraphQL refuses some, HTTP others.
    expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400']));
    expect(await answersGoodQuery(port, token)).toBe(true);
    expect(gateway.logLines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  },
);
