import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { decodeProtectedHeader } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { tokenQuery } from '../support/answer.ts';
import { clerkErrors, throwing } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { errorLines } from '../support/mint-answers.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { signSession } from '../support/tokens.ts';

const world = useGateways();
const variables = { template: 'hasura' };

async function serve(gateway: TestGateway): Promise<number> {
  const server: Server = createServer(gateway);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

describe('clients that disconnect', () => {
  test.each([1, 3])(
    'C15 the first %i of several waiters disconnect: the others still get their token',
    async (leavers) => {
      const port = await serve(world.start());
      const bearer = await world.clerk.mintSessionToken('sess_ada');
      const body = JSON.stringify({ query: tokenQuery, variables });
      const release = world.clerk.controls.hang(mintEndpoint);
      const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Bearer ${bearer}\r\n`;
      const gone = Array.from({ length: leavers }, () => {
        const socket = connect(port, '127.0.0.1');
        socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
        return socket;
      });
      await expect.poll(() => world.mints()).toBe(1);
      const others = Array.from({ length: 5 }, async () => {
        const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        });
        return (await response.json()) as { data: { sessionToken: { jwt: string } } };
      });
      for (const socket of gone) socket.resetAndDestroy();
      // Time for the server to notice.
      await new Promise((resolve) => setTimeout(resolve, 50));
      release();
      const jwts = (await Promise.all(others)).map(({ data }) => data.sessionToken.jwt);
      expect(new Set(jwts).size).toBe(1);
      expect(world.mints()).toBe(1);
    },
  );
});

test('the deadline counts from the arrival of the request: authentication is part of it', async () => {
  const gateway = world.start({
    deadline: 600,
    authenticate: async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      const iat = Math.floor(Date.now() / 1000);
      return { claims: { sid: 'sess_ada', sub: 'user_ada', iat, exp: iat + 60 } as never };
    },
  });
  const release = world.clerk.controls.hang(mintEndpoint);
  const wait = vi.spyOn(globalThis, 'setTimeout');
  const { codes } = await gateway.ask(tokenQuery, { variables });
  // The request waits 200 ms for a mint that starts after 400 ms; timers of 600 ms belong to the call and to the authentication.
  const waits = wait.mock.calls.map(([, milliseconds = 0]) => milliseconds);
  wait.mockRestore();
  release();
  expect(codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(waits.filter((milliseconds) => milliseconds > 0 && milliseconds <= 205)).not.toEqual([]);
});

test('R01 a held token is served while Clerk is down, without jwtKey too', async () => {
  let ahead = 0;
  const gateway = world.startWithoutJwtKey({
    templates: { hasura: { lifetime: 3_600 } },
    now: () => Date.now() + ahead,
  });
  const bearer = await signSession(world.clerk, { exp: Math.floor(Date.now() / 1000) + 500 });
  const ask = async () => {
    const { data, codes } = await gateway.ask(tokenQuery, { bearer, variables });
    return codes[0] ?? data.sessionToken.jwt;
  };
  const first = await ask();
  world.clerk.controls.answerAlways({ status: 500, body: {} });
  for (const age of [61_000, 200_000, 298_000]) {
    ahead = age;
    expect(await ask()).toBe(first);
  }
  ahead = 301_000;
  expect(await ask()).toBe('UPSTREAM_UNAVAILABLE');
});

test("R12 the gateway's own key is refused: held tokens are kept, no session is refused, readiness fails", async () => {
  const gateway = world.start();
  const ada = await world.clerk.mintSessionToken('sess_ada');
  const ask = (bearer: string) =>
    gateway.ask(
      `query ($template: String!) { session { id } ${tokenQuery.slice(tokenQuery.indexOf('{') + 1)}`,
      { bearer, variables },
    );
  const ready = async () => (await gateway.fetch(new Request('https://tokens.example.com/ready'))).status;
  const first = await ask(ada);
  expect([first.codes, await ready()]).toEqual([[], 200]);

  const errors = [{ code: 'clerk_key_invalid', message: 'The provided Clerk Secret Key is invalid.' }];
  world.clerk.controls.answerAlways({ status: 401, body: { errors } });
  const grace = await ask(await world.clerk.mintSessionToken('sess_grace_acme'));
  expect(grace.codes).toEqual(['INTERNAL_SERVER_ERROR']);
  expect(await ready()).toBe(503);
  expect(
    errorLines(gateway)
      .map(({ msg }) => msg)
      .join(),
  ).toMatch(/CLERK_SECRET_KEY/);
  const held = await ask(ada);
  expect(held.data).toEqual({ session: { id: 'sess_ada' }, sessionToken: first.data.sessionToken });

  world.clerk.controls.answerAlways(null);
  expect((await ask(await world.clerk.mintSessionToken('sess_grace_acme'))).codes).toEqual([]);
  expect(await ready()).toBe(200);
});

test('R08 a held token signed with the old key is not served past maxCacheAge', async () => {
  let ahead = 0;
  const gateway = world.start({
    templates: { hasura: { lifetime: 600, maxLifetime: 600, maxCacheAge: 30 } },
    now: () => Date.now() + ahead,
  });
  const bearer = await signSession(world.clerk, { exp: Math.floor(Date.now() / 1000) + 300 });
  const ask = async () => {
    const { data } = await gateway.ask(tokenQuery, { bearer, variables });
    return decodeProtectedHeader(data.sessionToken.jwt).kid;
  };
  const old = await ask();
  await world.clerk.controls.rotateSigningKey({ keepOld: false });
  expect(await ask()).toBe(old);
  ahead = 31_000;
  world.clerk.controls.advanceClock(ahead);
  const renewed = await ask();
  expect(renewed).not.toBe(old);
  expect(await ask()).toBe(renewed);
});

test('an instance throttles itself even if it cannot reach the others', async () => {
  const publish = vi.fn(throwing(() => new Error('no connection')));
  const { clerk, code, logged } = startEngine({
    shared: {
      tokens: {
        read: async () => undefined,
        write: async () => {},
        drop: async () => {},
        lock: async () => async () => {},
      },
      rateLimit: () => ({ take: async () => ({ kind: 'taken' }) }),
      publishThrottle: publish,
    },
  });
  clerk.answer = throwing(() => clerkErrors.throttled(5));
  expect([await code(aCaller()), await code(aCaller()), clerk.calls]).toEqual([
    'RATE_LIMITED',
    'RATE_LIMITED',
    1,
  ]);
  expect(publish).toHaveBeenCalledOnce();
  expect(JSON.stringify(logged)).toMatch(/was not reported to the other instances/);
});

test('an ended session stays refused in this process even if the others cannot be reached', async () => {
  const { clerk, code } = startEngine({ revoke: () => Promise.reject(new Error('Redis is away')) });
  clerk.answer = throwing(clerkErrors.unauthorized);
  expect([await code(aCaller()), await code(aCaller()), clerk.calls]).toEqual([
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
    1,
  ]);
});
