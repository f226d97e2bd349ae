import { afterEach, describe, expect, test, vi } from 'vitest';
import { useGateways } from '../support/gateway.ts';
import { nowSeconds } from '../support/tokens.ts';

const world = useGateways();

afterEach(() => {
  vi.useRealTimers();
});

describe('Token', () => {
  test("has the whole seconds left by the gateway's clock, never below zero", async () => {
    let now = nowSeconds() * 1000;
    vi.useFakeTimers({ toFake: ['Date'], now });
    let afterMint = 0;
    const audit = () => {
      now += afterMint;
    };
    // Without the fast path, which reads the clock before the audit that moves it here.
    const gateway = world.start({ now: () => now, audit, fastPath: false });
    const left = async () => {
      const { data } = await gateway.ask(
        '{ sessionToken(template: "minimal") { expiresIn expiresAt claims } }',
        {
          session: 'sess_ada',
        },
      );
      expect(data.sessionToken.expiresAt).toBe(new Date(data.sessionToken.claims.exp * 1000).toISOString());
      return data.sessionToken.expiresIn;
    };
    expect(await left()).toBe(60);
    now += 500;
    expect(await left()).toBe(59);
    // Time passes between the mint and the answer, too.
    afterMint = 61_000;
    expect(await left()).toBe(0);
  });

  test('has the claims of its JWT', async () => {
    const query = '{ sessionToken(template: "firebase") { jwt claims } }';
    const { data } = await world.start().ask(query, { session: 'sess_ada' });
    const payload = data.sessionToken.jwt.split('.')[1];
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(data.sessionToken.claims);
  });
});
