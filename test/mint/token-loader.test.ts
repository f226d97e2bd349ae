import { describe, expect, test, vi } from 'vitest';
import { callerFromClaims, type SessionClaims } from '../../src/auth/caller.ts';
import { createTokenLoader } from '../../src/mint/token-loader.ts';
import { tokenQuery } from '../support/answer.ts';
import { useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';

const world = useGateways({ bothWays: true });

const aliases = (count: number, field: (at: number) => string) =>
  `{ ${Array.from({ length: count }, (_, at) => `a${at}: ${field(at)}`).join(' ')} }`;
const hasura = 'sessionToken(template: "hasura") { jwt }';

describe('one operation', () => {
  test('C01 one template in ten fields is one mint and ten equal tokens', async () => {
    const { data, errors } = await world.start().ask(
      aliases(10, () => hasura),
      { session: 'sess_ada' },
    );
    expect(errors).toEqual([]);
    expect(new Set(Object.values(data).map((token) => JSON.stringify(token))).size).toBe(1);
    expect(Object.keys(data)).toHaveLength(10);
    expect(world.mints()).toBe(1);
  });

  test('C01 a template at the root and under session is one mint', async () => {
    const query = `{ ${hasura} session { token(template: "hasura") { jwt } } }`;
    const { data } = await world.start().ask(query, { session: 'sess_ada' });
    expect(data.session.token).toEqual(data.sessionToken);
    expect(world.mints()).toBe(1);
  });

  test('C01 ten templates are minted in parallel', async () => {
    const gateway = world.start({ templates: '*' });
    const release = world.clerk.controls.hang(mintEndpoint);
    const query = aliases(10, (at) => `sessionToken(template: "template${at}") { jwt }`);
    const answered = vi.fn();
    const asked = gateway.ask(query, { session: 'sess_ada' }).then(answered);
    await expect.poll(() => world.mints()).toBe(10);
    expect(answered).not.toHaveBeenCalled();
    release();
    await asked;
    expect(answered).toHaveBeenCalledOnce();
  });

  test('C02 a mint that fails is one mint and one retry, and every field gets its error', async () => {
    world.clerk.controls.answerNext([{ status: 500 }, { status: 500 }], mintEndpoint);
    const gateway = world.start();
    const { codes } = await gateway.ask(
      aliases(10, () => hasura),
      { session: 'sess_ada' },
    );
    expect(codes).toEqual(Array.from({ length: 10 }, () => 'UPSTREAM_UNAVAILABLE'));
    expect(world.mints()).toBe(2);
    expect((await gateway.ask(`{ ${hasura} }`, { session: 'sess_ada' })).errors).toEqual([]);
  });

  test('C03 200 aliases of one template are one mint', async () => {
    const { data, errors } = await world.start().ask(
      aliases(200, () => hasura),
      { session: 'sess_ada' },
    );
    expect(errors).toEqual([]);
    expect(Object.keys(data)).toHaveLength(200);
    expect(world.mints()).toBe(1);
  });

  test('C03 200 aliases of 200 templates mint nothing', async () => {
    const gateway = world.start({ templates: '*' });
    const query = aliases(200, (at) => `sessionToken(template: "template${at}") { jwt }`);
    const { codes } = await gateway.ask(query, { session: 'sess_ada' });
    expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
    expect(world.requests()).toBe(0);
  });

  test('C03 1,000 aliases are refused before execution', async () => {
    const gateway = world.start();
    const { codes, data } = await gateway.ask(
      aliases(1_000, () => hasura),
      { session: 'sess_ada' },
    );
    expect(data).toBeUndefined();
    expect(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']).toContain(codes[0]);
    expect(world.requests()).toBe(0);
  });

  test('one template with and without fresh: true is two mints', async () => {
    const query = `{ a: ${hasura} b: sessionToken(template: "hasura", fresh: true) { jwt } c: sessionToken(template: "hasura", fresh: false) { jwt } }`;
    const { data } = await world.start().ask(query, { session: 'sess_ada' });
    expect(data.a).toEqual(data.c);
    expect(data.b.jwt).not.toBe(data.a.jwt);
    expect(world.mints()).toBe(2);
  });
});

test('T10 templates that are named in several batches count together', async () => {
  const mintToken = vi.fn(async () => ({ jwt: '', claims: {}, issuedAt: 0, expiresAt: 0 }));
  const caller = async () => callerFromClaims({ sid: 'sess_ada', sub: 'user_ada' } as SessionClaims);
  const loader = createTokenLoader({ findCaller: caller, mintToken, maxTemplates: 10, onMint: () => {} });
  const load = (from: number, to: number) =>
    Promise.allSettled(
      Array.from({ length: to - from }, (_, at) =>
        loader.load({ template: `t${from + at}`, mode: 'cached' }),
      ),
    );
  expect((await load(0, 6)).map(({ status }) => status)).not.toContain('rejected');
  expect((await load(6, 11)).map(({ status }) => status)).not.toContain('fulfilled');
  expect(mintToken).toHaveBeenCalledTimes(6);
});

describe('several operations', () => {
  test('C04 two users with the same text at once get two tokens, each its own', async () => {
    const gateway = world.start();
    const ask = (session: string) =>
      gateway.ask('{ sessionToken(template: "hasura") { jwt claims } }', { session });
    const sessions = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 'sess_ada' : 'sess_grace_acme'));
    const answers = await Promise.all(sessions.map(ask));
    const subjects = answers.map(({ data }) => data.sessionToken.claims.sub);
    expect(subjects).toEqual(sessions.map((session) => (session === 'sess_ada' ? 'user_ada' : 'user_grace')));
  });

  test('C05 one user with two sessions gets each session its own token', async () => {
    const gateway = world.start();
    const ask = (session: string) =>
      gateway.ask('{ sessionToken(template: "hasura") { claims } }', { session });
    const [plain, acme] = await Promise.all([ask('sess_ada'), ask('sess_ada_acme')]);
    const organizationIn = ({ data }: typeof plain) =>
      data.sessionToken.claims['https://hasura.io/jwt/claims']['x-hasura-org-id'];
    expect([plain, acme].map(organizationIn)).toEqual([null, 'org_acme']);
  });

  test('the request log counts the mints of each operation', async () => {
    const gateway = world.start();
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template: 'hasura' } });
    const lines = gateway.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'graphql');
    expect(lines).toMatchObject([{ operation: 'Token', outcome: 'OK', status: 200, mints: 1 }]);
  });
});
