import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGateway, createLogger } from '../../src/index.ts';
import { leaksIn } from '../leaks/forbidden.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { gatewayOrigin, type TestGateway, useGateways, workingOptions } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { clerkCookies, createForge, nowSeconds, signSession } from '../support/tokens.ts';

const world = useGateways({ bothWays: true });
beforeEach(() => {
  // The SDK warns once that it will refuse cookies without azp.
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const secretParty = 'https://claim-of-a-token.example';

/** Values that only claims contain. */
const claimValues = [
  'ada@example.com',
  'Lovelace',
  'Ada',
  'editor',
  'en-GB',
  secretParty,
  'other-claim',
  'user_support_secret',
];

/** Sends valid and invalid requests of each kind. Returns the tokens in use, and the answers with errors. */
async function everyKindOfRequest(gateway: TestGateway) {
  const { clerk } = world;
  const good = await clerk.mintSessionToken('sess_ada_acme', { azp: secretParty });
  const tokens = [
    good,
    await signSession(clerk, { iat: nowSeconds() - 120, exp: nowSeconds() - 60, azp: secretParty }),
    await signSession(clerk, { iat: nowSeconds() + 60, exp: nowSeconds() + 120 }),
    await signSession(clerk, { sid: undefined, email: 'ada@example.com' }),
    await signSession(clerk, { sts: 'pending', name: 'Lovelace' }),
    await signSession(clerk, { act: { sub: 'user_support', secret: 'user_support_secret' } }),
    await signSession(clerk, { sub: 5 }),
    await signSession(clerk, { sub: 'user_ada', nbf: 'Lovelace' }),
    await signSession(clerk, { exp: 'Lovelace' }),
    await signSession(clerk, { iat: 'Lovelace' }),
    await signSession(clerk, { azp: 'https://other-claim.example' }),
    await signSession(clerk, {}, { kid: 'unknown' }),
    createForge().compact({ alg: 'RS256', typ: 'JWT' }, { sub: 'user_ada', email: 'ada@example.com' }),
  ];
  const errors: string[] = [];
  const note = async (response: Response) => {
    const text = await response.text();
    if (text.includes('"data":{') && !text.includes('"errors"'))
      tokens.push(...(text.match(/eyJ[\w.-]+/g) ?? []));
    else errors.push(text);
  };
  const ask = (query: string, headers: Record<string, string> = {}, more: object = {}) =>
    gateway.post(JSON.stringify({ query, ...more }), headers).then(note);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const query = 'query Mine { sessionToken(template: "firebase") { jwt claims expiresAt } }';

  for (const token of tokens.slice()) {
    await ask(query, bearer(token));
    await ask(query, { authorization: token });
    await ask(query, { authorization: `Basic ${token}` });
    await ask(query, { authorization: `Bearer ${token} ${token}` });
    await ask(query, { cookie: clerkCookies(token), 'sec-fetch-site': 'same-origin' });
    await ask(query, { cookie: clerkCookies(token) });
    await ask(query, { cookie: `__clerk_handshake=${token}` });
  }
  for (const secret of [good, clerk.secretKey]) {
    await ask(`query ${secret.replace(/[^\w]/g, '_')} { session { id } }`, bearer(good));
    await ask(`{ ${secret.replace(/[.-]/g, '_')} }`, bearer(good));
    await ask(`{ ${secret} }`, bearer(good));
    await ask(`{ session { id @${secret.replace(/[^\w]/g, '_')} } }`, bearer(good));
    await ask(`{ sessionToken(template: "${secret}") { jwt } }`, bearer(good));
    await ask('query ($a: String!) { sessionToken(template: $a) { jwt } }', bearer(good), {
      variables: { a: secret },
    });
    await ask('query ($a: String!) { sessionToken(template: $a) { jwt } }', bearer(good), {
      variables: { a: { b: secret } },
    });
    await ask('query ($a: Boolean!) { sessionToken(template: "a", fresh: $a) { jwt } }', bearer(good), {
      variables: { a: secret },
    });
    await ask('{ session { id } }', bearer(good), { operationName: secret });
    await ask('{ session { id } }', bearer(good), { [secret]: secret });
    await ask('{ session { id } }', { ...bearer(good), 'content-type': `text/${secret}` });
    await ask('{ session { id } }', { ...bearer(good), origin: secret, 'x-token': secret });
    await gateway.post(`{"query": ${secret}`, bearer(good)).then(note);
    for (const path of [
      `/graphql?token=${secret}`,
      `/${secret}`,
      `/health?x=${secret}`,
      `/graphql/${secret}#${secret}`,
    ]) {
      await gateway.fetch(new Request(gatewayOrigin + path)).then(note);
    }
  }
  const forced = [
    { status: 500, body: { errors: [{ code: 'x', message: good, long_message: clerk.secretKey }] } },
    { status: 404, body: { errors: [{ code: 'resource_not_found', message: `Session ${good}` }] } },
    { status: 404, body: clerkErrorBody('resource_not_found', `Session ${good}`) },
    { status: 401, body: { errors: [{ code: 'clerk_key_invalid', message: clerk.secretKey }] } },
    { status: 429, body: { errors: [{ code: good, message: good }] }, headers: { 'retry-after': '1' } },
    { status: 200, body: { jwt: `${good}.${good}` } },
    { status: 200, body: { jwt: tokens.at(-1) } },
    { status: 502, body: good, headers: { 'content-type': 'text/html' } },
  ];
  for (const answer of forced) {
    clerk.controls.answerNext(answer, mintEndpoint);
    await ask(query, bearer(good));
  }
  return { tokens, errors };
}

function expectNothingSecret(text: string, tokens: readonly string[]) {
  expect(leaksIn(text)).toEqual([]);
  expect(text).not.toContain(world.clerk.secretKey.slice(3));
  for (const value of claimValues) expect(text).not.toContain(value);
  for (const token of tokens) {
    for (const part of token.split('.').filter((piece) => piece.length > 8)) expect(text).not.toContain(part);
  }
}

test.each(['production', 'development'] as const)(
  'X06 logs, audit records and errors hold no token, key or claim, in %s',
  async (mode) => {
    const authorizedParties = [secretParty];
    const gateway =
      mode === 'production'
        ? world.startWithoutJwtKey({ authorizedParties })
        : world.start({ mode, authorizedParties });
    const { tokens, errors } = await everyKindOfRequest(gateway);
    const log = gateway.logLines.join('');
    expect(gateway.logLines.length).toBeGreaterThan(100);
    expect(tokens.length).toBeGreaterThan(9);
    expect(errors.length).toBeGreaterThan(80);
    expect(log).toContain('[redacted]');
    expect(log).not.toContain('"stack"');
    // The only claim that may be in the log: the party for which a valid token is refused.
    const party = 'the token names https://other-claim.example (azp)';
    expect(log).toContain(party);
    expectNothingSecret(log.replaceAll(party, ''), tokens);
    expectNothingSecret(JSON.stringify(gateway.audited), tokens);
    expectNothingSecret(errors.join('\n'), tokens);
  },
);

test('X06 an error of the host is masked for the caller, and logged by its name and place only', async () => {
  const token = await world.clerk.mintSessionToken('sess_ada');
  const gateway = world.start({
    authenticate: () => {
      throw new Error(`cannot read ${token} with ${world.clerk.secretKey}`);
    },
  });
  const { text, codes, errors } = await gateway.ask('{ session { id } }');
  expect([codes, errors[0]?.message]).toEqual([['INTERNAL_SERVER_ERROR'], 'Unexpected error.']);
  expect(text).not.toContain('stack');
  expectNothingSecret(text, [token]);
  expectNothingSecret(gateway.logLines.join(''), [token]);
  expect(gateway.logLines.join('')).not.toContain('cannot read');
  const logged = gateway.logLines
    .map((line) => JSON.parse(line))
    .find(({ msg }) => msg === 'unexpected error');
  expect(logged).toMatchObject({
    level: 50,
    error: 'Error',
    at: expect.arrayContaining([expect.stringMatching(/^at /)]),
  });
});

test('X06 audit records go to the log unless the host takes them', async () => {
  const lines: string[] = [];
  const logger = createLogger({ destination: { write: (line) => void lines.push(line) } });
  const gateway = createGateway({ ...workingOptions(world.clerk), logger });
  try {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
    };
    const body = JSON.stringify({ query: '{ sessionToken(template: "firebase") { jwt } }' });
    await gateway.fetch(new Request(`${gatewayOrigin}/graphql`, { method: 'POST', headers, body }));
  } finally {
    await gateway.dispose();
  }
  const [minted, request] = lines.map((line) => JSON.parse(line));
  expect(minted).toMatchObject({
    msg: 'token minted',
    template: 'firebase',
    sessionId: 'sess_ada',
    userId: 'user_ada',
  });
  expect(request).toMatchObject({ msg: 'graphql', outcome: 'OK', mints: 1 });
  expectNothingSecret(lines.join(''), []);
});
