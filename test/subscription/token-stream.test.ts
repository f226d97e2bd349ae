import { describe, expect, test, vi } from 'vitest';
import { errorCode, gatewayError } from '../../src/errors.ts';
import { decodeMintedToken, type MintedToken } from '../../src/mint/minted-token.ts';
import { createTokenStream, type StreamEnd, type TokenStream } from '../../src/subscription/token-stream.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { tokenOf } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { nowSeconds } from '../support/tokens.ts';

const { pass, during } = useFakeTime();

/** A token of 60 s. */
function aToken(jti: string): MintedToken {
  const iat = nowSeconds();
  return decodeMintedToken(tokenOf({ sub: 'user_ada', jti, iat, exp: iat + 60 }), iat);
}

/** Starts a stream that renews its tokens 45 s after their `iat`, or after another time in seconds. */
function start(
  renew: (token: MintedToken) => Promise<MintedToken> = async () => aToken('next'),
  renewAfter = () => 45,
) {
  const ends: StreamEnd[] = [];
  const renewals = vi.fn(renew);
  const stream = createTokenStream({
    first: aToken('first'),
    renew: renewals,
    renewAt: ({ issuedAt }) => issuedAt + renewAfter(),
    maxLifeMs: 900_000,
    now: Date.now,
    monotonicNow,
    onEnd: (end) => void ends.push(end),
  });
  return { stream, renewals, ends };
}

/** Returns the next event as a word: the `jti` of a token, the code of an error, or `end`. */
async function word(stream: TokenStream): Promise<unknown> {
  const { done, value } = await stream.next();
  if (done) return 'end';
  return value.kind === 'token' ? value.token.claims.jti : errorCode(value.error);
}

const unavailable = () => Promise.reject(gatewayError('UPSTREAM_UNAVAILABLE', { reason: 'down' }));

describe('a token stream', () => {
  test('delivers the first token at once and a successor at each renewal', async () => {
    const { stream, renewals } = start();
    expect(await word(stream)).toBe('first');
    const second = word(stream);
    await pass(44.9);
    expect(renewals).not.toHaveBeenCalled();
    expect(await during(0.1, second)).toBe('next');
    expect(await during(45, word(stream))).toBe('next');
    expect(renewals).toHaveBeenCalledTimes(2);
  });

  test('renews at once, without a negative timeout, when a reload lets tokens be renewed earlier', async () => {
    let renewAfter = 45;
    const { stream, renewals } = start(undefined, () => renewAfter);
    expect(await word(stream)).toBe('first');
    const second = word(stream);
    await pass(20);
    const timeouts = vi.spyOn(globalThis, 'setTimeout');
    renewAfter = 10;
    stream.reschedule(900_000);
    expect(await during(0.1, second)).toBe('next');
    expect(renewals).toHaveBeenCalledTimes(1);
    const delays = timeouts.mock.calls.map(([, delay]) => delay);
    timeouts.mockRestore();
    // Node.js warns of a negative one.
    expect(Math.min(...delays.map(Number))).toBe(0);
  });

  test('renews the first token when the first read comes after its renewal', async () => {
    const { stream, renewals } = start();
    vi.setSystemTime(Date.now() + 60_000);
    expect(await word(stream)).toBe('next');
    expect(renewals).toHaveBeenCalledTimes(1);
  });

  test('tries again at most every 10 s while the renewal fails or returns the same token', async () => {
    const { stream, renewals } = start(async (token) =>
      renewals.mock.calls.length < 3 ? token : aToken('next'),
    );
    await word(stream);
    const second = word(stream);
    await pass(45);
    expect(renewals).toHaveBeenCalledTimes(1);
    await pass(7.5);
    expect(renewals).toHaveBeenCalledTimes(2);
    expect(await during(3.75, second)).toBe('next');
  });

  test('survives a transient error while its token is valid, and ends with it afterwards', async () => {
    const { stream, ends } = start(unavailable);
    await word(stream);
    const second = word(stream);
    await pass(59);
    expect(ends).toEqual([]);
    expect(await during(2, second)).toBe('UPSTREAM_UNAVAILABLE');
    expect(await word(stream)).toBe('end');
    expect(ends).toMatchObject([{ tokens: 1, error: { extensions: { code: 'UPSTREAM_UNAVAILABLE' } } }]);
  });

  test('ends at once with another error', async () => {
    const { stream } = start(() => Promise.reject(gatewayError('FORBIDDEN', { reason: 'no' })));
    await word(stream);
    expect(await during(45, word(stream))).toBe('FORBIDDEN');
    expect(await word(stream)).toBe('end');
  });

  test('delivers two tokens at least 1 s apart, even when the wall clock jumps forward', async () => {
    const { stream, renewals } = start();
    await word(stream);
    vi.setSystemTime(Date.now() + 3_600_000);
    const second = word(stream);
    await pass(0.9);
    expect(renewals).not.toHaveBeenCalled();
    expect(await during(0.1, second)).toBe('next');
  });
});

describe('the end of a token stream', () => {
  test('with an error delivers the error, then completes', async () => {
    const { stream, ends } = start();
    await word(stream);
    const next = word(stream);
    stream.end(gatewayError('UNAUTHENTICATED', { reason: 'revoked' }));
    stream.end();
    expect([await next, await word(stream), ends.length]).toEqual(['UNAUTHENTICATED', 'end', 1]);
  });

  test('by its reader completes a read that waits, without an error', async () => {
    const { stream, ends } = start();
    await word(stream);
    const next = word(stream);
    await stream.return?.();
    expect(await next).toBe('end');
    expect(ends).toEqual([{ tokens: 1 }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('during a renewal does not wait for it', async () => {
    const { stream } = start(() => new Promise(() => {}));
    await word(stream);
    const next = word(stream);
    await pass(45);
    stream.end();
    expect(await next).toBe('end');
  });

  test('comes after 10 s without a read, or after its maximum life', async () => {
    const { ends: unread } = start();
    const { stream, ends } = start();
    await word(stream);
    await pass(10);
    expect([unread.length, ends.length]).toEqual([1, 0]);
    await pass(890);
    expect(ends).toEqual([{ tokens: 1 }]);
  });
});
