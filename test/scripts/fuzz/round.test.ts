import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fuzzRound } from '../../../scripts/fuzz/round.ts';
import { createForge } from '../../support/tokens.ts';

const token = createForge().compact({ alg: 'RS256' }, { sub: 'user_ada' });
const secrets = { token, key: 'none' };

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const round = async (listener: RequestListener, seed = 7) =>
  fuzzRound({ port: await serve(listener), secrets }, { seed, runs: 25, timeLimit: 5_000 });

test('X12 the fuzz test finds a server that fails, and reports seed and input', async () => {
  const { failure } = await round((request, response) => {
    response.statusCode = request.headers.authorization ? 500 : 200;
    response.end('{}');
  });
  expect(failure).toMatch(/^the status was 500; seed 7; input: \{"kind":/);
  expect(failure).not.toContain(token);
});

test('X06 X12 the fuzz test finds a server that shows a token in an error', async () => {
  const { failure } = await round((request, response) => {
    response.end(JSON.stringify({ errors: [{ message: request.headers.authorization ?? '' }] }));
  });
  expect(failure).toMatch(/^a token in the answer after /);
});

test('X12 the fuzz test finds a server that closes the connection without an answer', async () => {
  const { failure } = await round((request) => request.socket.destroy());
  expect(failure).toMatch(/^there was no answer; seed 7/);
});

test('X12 the same seed gives the same attempts, and another seed gives others', async () => {
  const tried = async (seed: number) => {
    const seen: string[] = [];
    await round((request, response) => {
      seen.push(JSON.stringify(request.rawHeaders));
      response.end('{}');
    }, seed);
    return seen;
  };
  const [first, again, other] = [await tried(7), await tried(7), await tried(8)];
  expect(first.length).toBeGreaterThan(10);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});
