import { describe, expect, test } from 'vitest';
import { callerFromClaims, type SessionClaims } from '../../src/auth/caller.ts';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import type { TemplatePolicy } from '../../src/index.ts';
import { authorize, createPolicies, findPolicy, longestCacheAge } from '../../src/mint/policy.ts';
import { tokenQuery } from '../support/answer.ts';
import { type Asking, type TestGateway, useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { sessionClaims, signSession } from '../support/tokens.ts';

const world = useGateways({ bothWays: true });

/** Starts a gateway with one template. */
function startWith(template: string, policy: TemplatePolicy): TestGateway {
  return world.start({ templates: { [template]: policy } });
}

const ask = (gateway: TestGateway, template: string, asking: Asking) =>
  gateway.ask('query ($template: String!) { sessionToken(template: $template) { jwt expiresIn claims } }', {
    ...asking,
    variables: { template },
  });

describe('createPolicies', () => {
  test('finds configured templates alone', () => {
    const policies = createPolicies(resolveTemplates({ hasura: { maxCacheAge: 5 } }));
    expect(policies('hasura')?.maxCacheAge).toBe(5);
    for (const name of ['nhost', 'constructor', '*', '']) expect(policies(name)).toBeUndefined();
  });

  test("finds every template with '*'", () => {
    const policies = createPolicies(resolveTemplates('*'));
    expect(policies('hasura')?.subjectClaim).toEqual(['sub']);
    expect(policies('integration_firebase')?.subjectClaim).toEqual(['uid']);
  });
});

test('longestCacheAge is the longest of all policies', () => {
  expect(longestCacheAge(resolveTemplates({ a: { maxCacheAge: 5 }, b: { maxCacheAge: 90 } }))).toBe(90);
  expect(longestCacheAge(resolveTemplates('*'))).toBe(60);
});

describe('authorize', () => {
  const caller = (claims: object = {}) => callerFromClaims(sessionClaims({ ...claims }) as SessionClaims);
  const policies = createPolicies(
    resolveTemplates({
      open: {},
      support: { allowImpersonated: true },
      exports: { requires: { plan: 'user:pro' } },
    }),
  );

  test('returns the policy of a template that the caller may mint', () => {
    expect(authorize(policies, caller(), 'open')).toBe(policies('open'));
    expect(authorize(policies, caller({ act: { sub: 'user_support' } }), 'support')).toBe(
      policies('support'),
    );
    expect(authorize(policies, caller({ pla: 'u:pro' }), 'exports')).toBe(policies('exports'));
  });

  test('findPolicy returns the same, or undefined in place of a refusal', () => {
    expect(findPolicy(policies, caller(), 'open')).toBe(policies('open'));
    expect(findPolicy(policies, caller(), 'exports')).toBeUndefined();
    expect(findPolicy(policies, caller(), 'other')).toBeUndefined();
  });

  test.each<[string, string, object, string]>([
    ['a template that is not configured', 'nhost', {}, 'TEMPLATE_NOT_FOUND'],
    ['an impersonated session', 'open', { act: { sub: 'user_support' } }, 'FORBIDDEN'],
    ['a caller without the plan', 'exports', {}, 'FORBIDDEN'],
  ])('refuses %s', (_what, template, claims, code) => {
    expect(() => authorize(policies, caller(claims), template)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code }) }),
    );
  });
});

describe('requires of a policy', () => {
  const organizationClaim = 'organization_id';
  test.each<[string, TemplatePolicy, string, string]>([
    ['role', { requires: { role: 'org:admin' }, organizationClaim }, 'sess_ada_acme', 'sess_grace_acme'],
    ['role', { requires: { role: 'org:admin' }, organizationClaim }, 'sess_ada_acme', 'sess_ada'],
    [
      'permission',
      { requires: { permission: 'org:reports:write' }, organizationClaim },
      'sess_ada_acme',
      'sess_grace_acme',
    ],
    [
      'permission',
      { requires: { permission: 'org:reports:read' }, organizationClaim },
      'sess_grace_acme',
      'sess_ada_globex',
    ],
    ['plan', { requires: { plan: 'team' }, organizationClaim }, 'sess_ada_acme', 'sess_ada_globex'],
    ['feature', { requires: { feature: 'user:exports' } }, 'sess_ada', 'sess_grace_acme'],
  ])(
    'T04 a %s that the caller lacks is FORBIDDEN, mints nothing and is audited with the reason',
    async (kind, policy, has, lacks) => {
      const gateway = startWith('reports', policy);
      const allowed = await ask(gateway, 'reports', { session: has });
      expect(allowed.errors).toEqual([]);
      expect(gateway.audited).toMatchObject([{ outcome: 'minted', template: 'reports', sessionId: has }]);
      world.clerk.controls.resetRequests();

      const refused = await ask(gateway, 'reports', { session: lacks });
      expect(refused.codes).toEqual(['FORBIDDEN']);
      expect(refused.text).not.toContain(`lacks ${kind}`);
      expect(world.requests()).toBe(0);
      expect(gateway.audited[1]).toMatchObject({
        outcome: 'refused',
        template: 'reports',
        sessionId: lacks,
        code: 'FORBIDDEN',
        reason: `lacks ${kind}`,
      });
    },
  );

  test('T04 a caller must fulfil every requirement', async () => {
    const gateway = startWith('reports', {
      requires: { plan: 'team', feature: 'user:exports' } as never,
      organizationClaim: 'organization_id',
    });
    expect((await ask(gateway, 'reports', { session: 'sess_ada_acme' })).errors).toEqual([]);
    expect((await ask(gateway, 'reports', { session: 'sess_grace_acme' })).codes).toEqual(['FORBIDDEN']);
    expect(gateway.audited[1]?.reason).toBe('lacks feature and plan');
  });

  test('T04 a reverification that is too long ago is FORBIDDEN', async () => {
    const gateway = startWith('minimal', { requires: { reverification: 'strict' } });
    expect((await ask(gateway, 'minimal', { session: 'sess_ada' })).errors).toEqual([]);
    const bearer = await signSession(world.clerk, { fva: [60, -1] });
    expect((await ask(gateway, 'minimal', { bearer })).codes).toEqual(['FORBIDDEN']);
  });

  test('T04 one refused template does not void the other fields', async () => {
    const gateway = world.start();
    const query =
      '{ a: sessionToken(template: "reports") { jwt } b: sessionToken(template: "hasura") { jwt } }';
    const { data, errors } = await gateway.ask(query, { session: 'sess_ada' });
    expect(data.a).toBeNull();
    expect(data.b.jwt.split('.')).toHaveLength(3);
    expect(errors.map(({ path }) => path)).toEqual([['a']]);
  });
});

describe('organizations', () => {
  test.each<[string, string, TemplatePolicy]>([
    ['at the top', 'reports', { organizationClaim: 'organization_id' }],
    ['deep inside', 'hasura', { organizationClaim: ['https://hasura.io/jwt/claims', 'x-hasura-org-id'] }],
  ])(
    'C17 after a switch at Clerk a token of the other organization is discarded, with the claim %s',
    async (_where, template, policy) => {
      const gateway = startWith(template, policy);
      const before = await world.clerk.mintSessionToken('sess_ada_acme');
      world.clerk.controls.setActiveOrganization('sess_ada_acme', 'org_globex');
      const answer = await ask(gateway, template, { bearer: before });
      expect(answer.codes).toEqual(['UNAUTHENTICATED']);
      expect(answer.data).toEqual({ sessionToken: null });
      expect(gateway.audited).toMatchObject([
        { outcome: 'refused', organizationId: 'org_acme', code: 'UNAUTHENTICATED' },
      ]);
      expect((await ask(gateway, template, { session: 'sess_ada_acme' })).errors).toEqual([]);
    },
  );

  test('C17 the claim may be missing where the caller has no organization', async () => {
    const gateway = startWith('minimal', { organizationClaim: 'constructor' });
    expect((await ask(gateway, 'minimal', { session: 'sess_ada' })).codes).toEqual([]);
  });

  test('C17 a switch to or from no organization counts, too', async () => {
    let gateway = startWith('reports', { organizationClaim: 'organization_id' });
    const [withOne, without] = [
      await world.clerk.mintSessionToken('sess_ada_acme'),
      await world.clerk.mintSessionToken('sess_ada'),
    ];
    expect((await ask(gateway, 'reports', { bearer: without })).errors).toEqual([]);
    gateway = startWith('reports', { organizationClaim: 'organization_id' });
    world.clerk.controls.setActiveOrganization('sess_ada_acme', null);
    world.clerk.controls.setActiveOrganization('sess_ada', 'org_acme');
    expect((await ask(gateway, 'reports', { bearer: withOne })).codes).toEqual(['UNAUTHENTICATED']);
    expect((await ask(gateway, 'reports', { bearer: without })).codes).toEqual(['UNAUTHENTICATED']);
  });

  test.each(['missing', 'constructor', ['aud', 'length'], ['aud', '0']])(
    'C17 with the claim %j, which the token does not carry, no token with an organization is returned',
    async (organizationClaim) => {
      const gateway = startWith('reports', { organizationClaim });
      expect((await ask(gateway, 'reports', { session: 'sess_ada_acme' })).codes).toEqual([
        'UNAUTHENTICATED',
      ]);
    },
  );

  test('session tokens of version 1 carry their organization', async () => {
    const bearer = await signSession(world.clerk, {
      v: undefined,
      org_id: 'org_acme',
      org_role: 'org:admin',
    });
    const gateway = startWith('reports', {
      requires: { role: 'org:admin' },
      organizationClaim: 'organization_id',
    });
    const session = await gateway.ask('{ session { organizationId } }', { bearer });
    expect(session.data).toEqual({ session: { organizationId: 'org_acme' } });
    // Clerk's server holds no organization active in this session.
    expect((await ask(gateway, 'reports', { bearer })).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('impersonation', () => {
  test('T06 an impersonated session is refused unless the policy allows it', async () => {
    const gateway = world.start();
    const { codes } = await ask(gateway, 'hasura', { session: 'sess_grace_impersonated' });
    expect(codes).toEqual(['FORBIDDEN']);
    expect(world.requests()).toBe(0);
    expect(gateway.audited).toMatchObject([
      { outcome: 'refused', code: 'FORBIDDEN', reason: 'impersonated session', actorId: 'user_support' },
    ]);
  });

  test('T06 where the policy allows it, the audit event names the actor', async () => {
    const gateway = startWith('hasura', { allowImpersonated: true });
    const { data } = await ask(gateway, 'hasura', { session: 'sess_grace_impersonated' });
    expect(gateway.audited).toEqual([
      {
        outcome: 'minted',
        template: 'hasura',
        sessionId: 'sess_grace_impersonated',
        userId: 'user_grace',
        organizationId: null,
        actorId: 'user_support',
        jti: data.sessionToken.claims.jti,
        expiresAt: data.sessionToken.claims.exp,
        tokenHmac: expect.stringMatching(/^[\w-]{16}$/),
      },
    ]);
  });

  test.each([{ sub: 5 }, {}, 'user_support', true, false, 0, ''])(
    'T06 the malformed actor %j counts as impersonation',
    async (act) => {
      const gateway = world.start();
      const bearer = await signSession(world.clerk, { act });
      expect((await ask(gateway, 'hasura', { bearer })).codes).toEqual(['FORBIDDEN']);
      expect(gateway.audited).toMatchObject([{ actorId: 'unknown' }]);
    },
  );
});

test('T06 an actor that is null does not count as impersonation', async () => {
  const bearer = await signSession(world.clerk, { act: null });
  expect((await ask(world.start(), 'hasura', { bearer })).codes).toEqual([]);
});

describe('lifetimes', () => {
  test('T07 a template token that lives longer than maxLifetime is refused, and an error is logged', async () => {
    const gateway = startWith('firebase', { maxLifetime: 3599 });
    const { codes, errors, data } = await ask(gateway, 'firebase', { session: 'sess_ada' });
    expect([codes, errors[0]?.message]).toEqual([['INTERNAL_SERVER_ERROR'], 'Unexpected error.']);
    expect(data).toEqual({ sessionToken: null });
    const errorsLogged = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(errorsLogged).toMatchObject([
      { template: 'firebase', msg: expect.stringContaining('lives longer than maxLifetime') },
    ]);
    expect(gateway.audited).toMatchObject([
      {
        outcome: 'refused',
        code: 'INTERNAL_SERVER_ERROR',
        reason: expect.stringContaining('lives longer than maxLifetime'),
      },
    ]);
    expect(gateway.logLines.map((line) => JSON.parse(line)).at(-1)).toMatchObject({ mints: 1 });
    expect(
      (await ask(startWith('firebase', { maxLifetime: 3600 }), 'firebase', { session: 'sess_ada' })).errors,
    ).toEqual([]);
  });

  test('T07 the default of maxLifetime is an hour', async () => {
    const gateway = startWith('hasura', {});
    world.clerk.controls.answerNext({ status: 200, body: { jwt: await aTokenFor(3601) } }, mintEndpoint);
    expect((await ask(gateway, 'hasura', { session: 'sess_ada' })).codes).toEqual(['INTERNAL_SERVER_ERROR']);
    const tenYears = { status: 200, body: { jwt: await aTokenFor(315_360_000) } };
    world.clerk.controls.answerNext(tenYears, mintEndpoint);
    expect((await ask(gateway, 'hasura', { session: 'sess_ada_globex' })).codes).toEqual([
      'INTERNAL_SERVER_ERROR',
    ]);
    world.clerk.controls.answerNext({ status: 200, body: { jwt: await aTokenFor(3600) } }, mintEndpoint);
    expect(
      (await ask(gateway, 'hasura', { session: world.clerk.controls.createSession({ userId: 'user_ada' }) }))
        .errors,
    ).toEqual([]);
  });

  function aTokenFor(seconds: number) {
    const iat = Math.floor(Date.now() / 1000);
    return world.clerk.sign({ sub: 'user_ada', iat, exp: iat + seconds });
  }

  test('the lifetime of the policy is requested from Clerk', async () => {
    const gateway = startWith('minimal', { lifetime: 30 });
    const { data } = await ask(gateway, 'minimal', { session: 'sess_ada' });
    const { exp, iat } = data.sessionToken.claims;
    expect(exp - iat).toBe(30);
    expect(data.sessionToken.expiresIn).toBeLessThanOrEqual(30);
  });
});

describe('several callers and templates', () => {
  test('T08 a session that Clerk does not know has no effect on other sessions', async () => {
    const gateway = world.start();
    const unknown = await signSession(world.clerk, { sid: 'sess_nowhere' });
    const answers = await Promise.all([
      ask(gateway, 'hasura', { bearer: unknown }),
      ask(gateway, 'hasura', { session: 'sess_ada' }),
      ask(gateway, 'hasura', { session: 'sess_grace_acme' }),
    ]);
    expect(answers.map(({ codes }) => codes)).toEqual([['UNAUTHENTICATED'], [], []]);
    expect((await ask(gateway, 'hasura', { session: 'sess_ada' })).errors).toEqual([]);
  });

  const named = (count: number) => Array.from({ length: count }, (_, at) => `template${at}`);
  const manyQuery = (names: string[]) =>
    `query (${names.map((_, at) => `$n${at}: String!`).join(' ')}) { ${names
      .map((_, at) => `a${at}: sessionToken(template: $n${at}) { jwt }`)
      .join(' ')} }`;
  const asVariables = (names: string[]) => Object.fromEntries(names.map((name, at) => [`n${at}`, name]));

  test('T10 11 distinct templates, by aliases and variables, are refused and nothing is minted', async () => {
    const gateway = world.start({ templates: '*' });
    const names = named(11);
    const { codes } = await gateway.ask(manyQuery(names), {
      session: 'sess_ada',
      variables: asVariables(names),
    });
    expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
    expect(codes).toHaveLength(11);
    expect(world.requests()).toBe(0);
  });

  test('T10 11 aliases of 10 templates are minted', async () => {
    const gateway = world.start({ templates: '*' });
    const names = [...named(9), 'hasura', 'hasura'];
    const answer = await gateway.ask(manyQuery(names), {
      session: 'sess_ada',
      variables: asVariables(names),
    });
    expect(world.mints()).toBe(10);
    expect(answer.data.a9).toEqual(answer.data.a10);
  });

  test('T10 templates under session and at the root count together', async () => {
    const gateway = world.start({ templates: '*' });
    const fields = (names: string[], field: string) =>
      names.map((name, at) => `f${at}: ${field}(template: "${name}") { jwt }`).join(' ');
    const names = named(11);
    const query = `{ ${fields(names.slice(0, 6), 'sessionToken')} session { ${fields(names.slice(6), 'token')} } }`;
    const { codes } = await gateway.ask(query, { session: 'sess_ada' });
    expect(codes).toEqual(Array.from({ length: 11 }, () => 'BAD_USER_INPUT'));
    expect(world.mints()).toBe(0);
  });
});

test('an audit event contains only jti and exp of the token', async () => {
  const gateway = world.start();
  const { data } = await gateway.ask(tokenQuery, {
    session: 'sess_ada',
    variables: { template: 'firebase' },
  });
  const record = JSON.stringify(gateway.audited);
  for (const part of data.sessionToken.jwt.split('.')) expect(record).not.toContain(part);
  expect(record).not.toContain('ada@example.com');
  expect(record).not.toContain('Lovelace');
});

test('an audit function that throws has no effect on the caller, and its event is logged', async () => {
  const gateway = world.start({
    audit: () => {
      throw new Error('the sink is full');
    },
  });
  const { codes, data } = await gateway.ask(tokenQuery, {
    session: 'sess_ada',
    variables: { template: 'minimal' },
  });
  expect([codes, typeof data.sessionToken.jwt]).toEqual([[], 'string']);
  const logged = gateway.logLines.map((text) => JSON.parse(text)).filter(({ level }) => level === 50);
  expect(logged).toMatchObject([
    { outcome: 'minted', template: 'minimal', msg: 'audit failed; token minted' },
  ]);
});

test('an audit function that rejects has no effect on the caller, and its event is logged', async () => {
  const gateway = world.start({ audit: () => Promise.reject(new Error('the sink is down')) });
  const { codes } = await gateway.ask(tokenQuery, {
    session: 'sess_ada',
    variables: { template: 'minimal' },
  });
  expect(codes).toEqual([]);
  await expect
    .poll(() => gateway.logLines.map((text) => JSON.parse(text)).filter(({ level }) => level === 50))
    .toMatchObject([{ outcome: 'minted', msg: 'audit failed; token minted' }]);
  expect(gateway.logLines.join('')).not.toContain('the sink is down');
});

test('a request that the policy refuses counts no mint in the request log', async () => {
  const gateway = world.start();
  await ask(gateway, 'reports', { session: 'sess_ada' });
  expect(JSON.parse(gateway.logLines.at(-1) ?? '')).toMatchObject({ outcome: 'FORBIDDEN', mints: 0 });
});
