import { jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import type { ForcedAnswer } from '../../src/local-clerk/index.ts';
import { useGateways } from '../support/gateway.ts';
import { askHasura, errorLines, fullQuery, useMintAnswers } from '../support/mint-answers.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { nowSeconds } from '../support/tokens.ts';

const world = useGateways();
const { answerMint, minted } = useMintAnswers(world);

describe('an answer with status 200 that is not a token', () => {
  const json = { 'content-type': 'application/json' };
  test.each<[string, () => ForcedAnswer]>([
    ['an empty object', () => ({ status: 200, body: {} })],
    ['an empty jwt', () => ({ status: 200, body: { jwt: '' } })],
    ['jwt null', () => ({ status: 200, body: { jwt: null } })],
    ['jwt 5', () => ({ status: 200, body: { jwt: 5 } })],
    ['null', () => ({ status: 200, body: 'null', headers: json })],
    ['a list', () => ({ status: 200, body: [] })],
    ['HTML', () => ({ status: 200, body: '<html>', headers: { 'content-type': 'text/html' } })],
    ['broken JSON', () => ({ status: 200, body: '{"jwt":', headers: json })],
    ['no body', () => ({ status: 204 })],
    ['a redirect to nowhere', () => ({ status: 304 })],
    [
      'a JWT of two parts',
      () => ({ status: 200, body: { jwt: minted({}).split('.').slice(0, 2).join('.') } }),
    ],
    ['a JWT of four parts', () => ({ status: 200, body: { jwt: `${minted({})}.AAAA` } })],
    ['a JWT with a line feed', () => ({ status: 200, body: { jwt: `${minted({})}\n` } })],
    ['a JWT without a signature', () => ({ status: 200, body: { jwt: minted({}).replace(/[^.]*$/, '') } })],
    ['claims that are not an object', () => ({ status: 200, body: { jwt: minted('[1]') } })],
    ['claims that are not JSON', () => ({ status: 200, body: { jwt: minted('{') } })],
  ])('M01 %s is UPSTREAM_UNAVAILABLE, never a token, and not kept', async (_what, answer) => {
    const gateway = world.start();
    // Two calls where the answer may be a fault of the network: it is retried.
    world.clerk.controls.answerAlways(answer(), mintEndpoint);
    const { codes, data } = await askHasura(gateway);
    expect([codes, data]).toEqual([['UPSTREAM_UNAVAILABLE'], { sessionToken: null }]);
    world.clerk.controls.answerAlways(null, mintEndpoint);
    expect((await askHasura(gateway)).errors).toEqual([]);
  });

  test('M01 a token under another media type than the SDK reads is refused', async () => {
    const gateway = world.start();
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    answerMint({ status: 200, body: JSON.stringify({ jwt: minted({}) }), headers });
    expect((await askHasura(gateway)).codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test.each<[string, () => Record<string, unknown> | string]>([
    ['that has expired', () => ({ iat: nowSeconds() - 60, exp: nowSeconds() - 1 })],
    ['that expires now', () => ({ iat: nowSeconds() - 60, exp: nowSeconds() })],
    ['without exp', () => ({ exp: undefined })],
    ['whose exp is a text', () => ({ exp: String(nowSeconds() + 60) })],
    ['whose exp is null', () => ({ exp: null })],
    ['whose exp is infinite', () => `{"sub":"user_ada","iat":${nowSeconds()},"exp":1e999}`],
    ['without iat', () => ({ iat: undefined })],
    ['whose iat is a text', () => ({ iat: String(nowSeconds()) })],
    ['whose iat is 10 s ahead', () => ({ iat: nowSeconds() + 10, exp: nowSeconds() + 70 })],
    ['whose exp is not after its iat', () => ({ iat: nowSeconds() + 3, exp: nowSeconds() + 3 })],
  ])('M02 a minted token %s is refused and not kept', async (_what, claims) => {
    const gateway = world.start();
    answerMint({ status: 200, body: { jwt: minted(claims()) } });
    const { codes, data } = await askHasura(gateway);
    expect([codes, data]).toEqual([['UPSTREAM_UNAVAILABLE'], { sessionToken: null }]);
    expect((await askHasura(gateway)).errors).toEqual([]);
  });

  test.each(['user_grace', undefined, null, '', ['user_ada']])(
    'M03 a minted token with the sub %j instead of the caller is refused, and an error is logged',
    async (sub) => {
      const gateway = world.start();
      answerMint({ status: 200, body: { jwt: minted({ sub }) } });
      const { codes, errors, data } = await askHasura(gateway);
      expect([codes, data]).toEqual([['INTERNAL_SERVER_ERROR'], { sessionToken: null }]);
      expect(errors[0]?.message).toBe('Unexpected error.');
      expect(errorLines(gateway)).toMatchObject([
        {
          template: 'hasura',
          msg: expect.stringContaining("the claim sub of the minted token is not the caller's"),
        },
      ]);
      expect(gateway.audited).toMatchObject([{ outcome: 'refused', code: 'INTERNAL_SERVER_ERROR' }]);
    },
  );
});

test("of Clerk's error only the trace id reaches the log and the audit event, and only in the form of an id", async () => {
  const ofTrace = async (clerk_trace_id: unknown) => {
    const gateway = world.start();
    world.clerk.controls.answerAlways({ status: 500, body: { errors: [], clerk_trace_id } }, mintEndpoint);
    await askHasura(gateway);
    world.clerk.controls.answerAlways(null, mintEndpoint);
    return gateway.audited.at(-1);
  };
  expect(await ofTrace('abc-123_x')).toMatchObject({ clerkTraceId: 'abc-123_x' });
  for (const trace of ['a b', 'x'.repeat(65), 'a\nb', 5, '']) {
    expect(await ofTrace(trace)).not.toHaveProperty('clerkTraceId');
  }
  const ofJti = async (jti: unknown) => {
    const gateway = world.start();
    answerMint({ status: 200, body: { jwt: minted({ jti }) } });
    await askHasura(gateway);
    return gateway.audited.at(-1);
  };
  expect(await ofJti('j'.repeat(1_000))).toMatchObject({ outcome: 'minted', jti: 'j'.repeat(128) });
  expect(await ofJti(5)).not.toHaveProperty('jti');
});

describe('odd claims', () => {
  async function claimsOf(claims: string) {
    const gateway = world.start();
    const jwt = minted(`{"sub":"user_ada","iat":${nowSeconds()},"exp":${nowSeconds() + 60},${claims}}`);
    answerMint({ status: 200, body: { jwt } });
    const answer = await askHasura(gateway);
    expect(answer.errors).toEqual([]);
    expect(answer.data.sessionToken.jwt).toBe(jwt);
    return answer;
  }

  test('M12 claims named __proto__ and constructor change no prototype', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const evil =
      '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":{"__proto__":{"polluted":1}}';
    const { data } = await claimsOf(evil);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(data.sessionToken.claims.sub).toBe('user_ada');
  });

  test('M12 a claim cannot supply the sub of the caller through a prototype', async () => {
    const gateway = world.start();
    const inherited = `{"__proto__":{"sub":"user_ada"},"iat":${nowSeconds()},"exp":${nowSeconds() + 60}}`;
    answerMint({ status: 200, body: { jwt: minted(inherited) } });
    expect((await askHasura(gateway)).codes).toEqual(['INTERNAL_SERVER_ERROR']);
  });

  test('M12 claims of 1 MB, lone surrogates and huge numbers are served', async () => {
    const { data } = await claimsOf(
      `"big":"${'x'.repeat(1_000_000)}","half":"\\ud800","huge":1e308,"long":12345678901234567890`,
    );
    const { big, half, huge, long } = data.sessionToken.claims;
    expect(big).toHaveLength(1_000_000);
    expect([half, huge, long]).toEqual(['\ud800', 1e308, Number('12345678901234567890')]);
  });

  test('M12 an infinite number becomes null rather than an error', async () => {
    const { data } = await claimsOf('"endless":1e999');
    expect(data.sessionToken.claims.endless).toBeNull();
  });

  const nested = (depth: number) => `"deep":${'['.repeat(depth)}${']'.repeat(depth)}`;

  test('M12 nested claims are served', async () => {
    const { data } = await claimsOf(nested(99));
    expect(JSON.stringify(data.sessionToken.claims.deep)).toHaveLength(2 * 99);
  });

  test.each([100, 100_000])(
    'M12 claims of %i levels below the first are refused, and other fields of the operation are answered',
    async (depth) => {
      const gateway = world.start();
      const jwt = minted(
        `{"sub":"user_ada","iat":${nowSeconds()},"exp":${nowSeconds() + 60},${nested(depth)}}`,
      );
      answerMint({ status: 200, body: { jwt } });
      const { status, codes, data } = await gateway.ask(
        '{ sessionToken(template: "hasura") { claims } session { id } }',
        { session: 'sess_ada' },
      );
      expect([status, codes]).toEqual([200, ['UPSTREAM_UNAVAILABLE']]);
      expect(data).toEqual({ sessionToken: null, session: { id: 'sess_ada' } });
    },
  );
});

test('M13 a token of a template with its own HS256 key is served as Clerk signed it', async () => {
  const gateway = world.start();
  const { data, errors } = await gateway.ask(fullQuery, {
    session: 'sess_ada',
    variables: { template: 'nhost' },
  });
  expect(errors).toEqual([]);
  const { verificationKey } = world.clerk.templateKey('nhost');
  const { payload, protectedHeader } = await jwtVerify(
    data.sessionToken.jwt,
    new TextEncoder().encode(verificationKey),
  );
  expect(protectedHeader.alg).toBe('HS256');
  expect(data.sessionToken.claims).toEqual(payload);
  expect(world.requests()).toBe(1);
});
