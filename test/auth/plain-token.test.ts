import { verifyToken } from '@clerk/backend';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readPlainToken, verifyPlainToken } from '../../src/auth/plain-token.ts';
import { readCompactJws } from '../../src/crypto/node-compact-jws.ts';
import { buildToken, describesGoodToken, now, recipes } from '../support/token-recipes.ts';
import { createForge, sessionClaims } from '../support/tokens.ts';

const samples = 15 * Number(process.env.MINTGATE_MODEL_RUNS ?? 150);
const seed = 20_261_127;
const party = 'https://app.example.com';
const forge = createForge();
const wrongForge = createForge(forge.pem);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The claims of a token that is accepted without Clerk's SDK. */
function ours(token: string, pem = forge.pem): unknown {
  const plain = readPlainToken(token, readCompactJws);
  return plain && verifyPlainToken(plain, pem, Date.now() / 1000);
}

const clerks = (token: string): Promise<unknown> =>
  verifyToken(token, { jwtKey: forge.pem }).catch(() => undefined);

const goodToken = () =>
  forge.compact(
    { alg: 'RS256', typ: 'JWT', kid: 'ins_1' },
    { ...sessionClaims({ azp: party }), iat: now, nbf: now, exp: now + 60 },
  );

describe('a token that is accepted without Clerk', () => {
  test('A20 is accepted by Clerk with the same claims, among thousands of generated and mutated tokens', async () => {
    const counts = { accepted: 0, refusedByClerk: 0, leftToClerk: 0 };
    for (const recipe of fc.sample(recipes, { numRuns: samples, seed })) {
      const token = buildToken(recipe, forge, wrongForge);
      const mine = ours(token);
      if (mine !== undefined) {
        counts.accepted += 1;
        expect(await clerks(token), JSON.stringify(recipe)).toEqual(mine);
      } else if (describesGoodToken(recipe)) counts.leftToClerk += 1;
      else counts.refusedByClerk += 1;
    }
    expect(counts.accepted).toBeGreaterThan(samples / 20);
    expect(counts.refusedByClerk).toBeGreaterThan(samples / 10);
  });

  test('A20 is never one in which a character was changed, removed or inserted', async () => {
    const token = goodToken();
    expect(ours(token)).toBeDefined();
    const strange = ['A', '_', '-', '=', '.', '+', '/', ' ', '\n', '\u0000', 'é'];
    for (let at = 0; at <= token.length; at += 1) {
      const added = strange[at % strange.length] ?? '';
      const [before, after] = [token.slice(0, at), token.slice(at)];
      for (const changed of [
        before + added + after.slice(1),
        before + after.slice(1),
        before + added + after,
      ]) {
        if (changed === token) continue;
        expect(ours(changed), `at ${at}`).toBeUndefined();
      }
    }
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['alg none', { alg: 'none' }, {}],
    ['alg HS256', { alg: 'HS256' }, {}],
    ['alg RS512', { alg: 'RS512' }, {}],
    ['alg in lower case', { alg: 'rs256' }, {}],
    ['no typ', { typ: undefined }, {}],
    ['another typ', { typ: 'at+jwt' }, {}],
    ['no sub', {}, { sub: undefined }],
    ['a number as sub', {}, { sub: 5 }],
    ['no exp', {}, { exp: undefined }],
    ['a text as exp', {}, { exp: String(now + 60) }],
    ['exp of a moment ago', {}, { exp: now - 5 }],
    ['an endless exp', {}, { exp: 1e300 }],
    ['a fractional exp', {}, { exp: now + 0.5 }],
    ['nbf in the future', {}, { nbf: now + 1 }],
    ['iat in the future', {}, { iat: now + 1 }],
    ['null as nbf', {}, { nbf: null }],
    ['a text as iat', {}, { iat: String(now) }],
  ])('A02 A03 A06 is never one with %s: Clerk decides', (_what, header, claims) => {
    const all = { ...sessionClaims({ azp: party }), iat: now, nbf: now, exp: now + 60, ...claims };
    expect(ours(forge.compact({ alg: 'RS256', typ: 'JWT', kid: 'ins_1', ...header }, all))).toBeUndefined();
  });

  test('A02 is never one of another key, nor one whose key is unreadable or not RSA', () => {
    const token = goodToken();
    expect(
      ours(wrongForge.compact({ alg: 'RS256', typ: 'JWT' }, sessionClaims({ azp: party }))),
    ).toBeUndefined();
    for (const pem of ['', 'no key', forge.pem.slice(0, 100)]) expect(ours(token, pem)).toBeUndefined();
    const elliptic = [
      '-----BEGIN PUBLIC KEY-----',
      'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
      '-----END PUBLIC KEY-----',
    ].join('\n');
    expect(ours(token, elliptic)).toBeUndefined();
  });
});
