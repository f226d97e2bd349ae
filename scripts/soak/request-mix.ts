import { clerkCookies, createForge } from '../../test/support/tokens.ts';
import type { SessionToken } from './clerk-process.ts';
import { oddRequest } from './odd-requests.ts';
import { graphqlHeaders, type PlannedRequest, type TokenField } from './planned-request.ts';
import type { Random } from './random.ts';
import type { Session, World } from './world.ts';

const weights = {
  'hot key': 26,
  'any key': 22,
  'renewed often': 10,
  'short-lived': 6,
  'never cached': 4,
  'needs a permission': 8,
  fresh: 3,
  'several templates': 4,
  'too many templates': 1,
  'not configured': 2,
  'unknown to Clerk': 2,
  'malformed template name': 1,
  'session with a token': 3,
  entity: 2,
  'entity of another session': 1,
  'ended session': 7,
  'expired session token': 2,
  'garbage as session token': 2,
  'template token as session token': 1,
  'no credentials': 2,
  'schema for a router': 1,
  malformed: 6,
  'client disconnects': 4,
};

const fields = '{ jwt expiresAt expiresIn claims }';
const forge = createForge();

/** Creates random requests of many kinds, in fixed proportions. */
export function createRequestMix(world: World, random: Random) {
  const templates = ['hasura', 'hot', 'short', 'reports', 'uncached'];
  let lastMinted = '';

  async function planFor(
    kind: string,
    session: Session,
    tokenFields: readonly TokenField[],
    query?: { query: string; variables?: object },
  ): Promise<PlannedRequest> {
    const token = await world.tokenOf(session);
    const byAlias = Object.fromEntries(tokenFields.map((one, at) => [`t${at}`, one]));
    return {
      ...{ kind, method: 'POST', path: '/graphql', tokenFields: byAlias },
      headers: { ...graphqlHeaders, ...credentials(token) },
      body: JSON.stringify(query ?? tokensQuery(tokenFields)),
      bearer: { session, token },
      expected: 'tokens',
    };
  }

  function credentials({ jwt }: SessionToken): Record<string, string> {
    if (random.chance(0.9)) return { authorization: `Bearer ${jwt}` };
    return { cookie: clerkCookies(jwt), origin: 'https://app.example.com' };
  }

  async function withoutSession(kind: string, authorization?: string): Promise<PlannedRequest> {
    return {
      ...{ kind, method: 'POST', path: '/graphql', expected: 'no tokens', tokenFields: {} },
      headers: { ...graphqlHeaders, ...(authorization === undefined ? {} : { authorization }) },
      body: JSON.stringify(tokensQuery([{ template: 'hasura', fresh: false }])),
    };
  }

  const anySession = () => random.pick(world.live);
  const one = (template: string, fresh = false): TokenField[] => [{ template, fresh }];
  const planRefused = async (kind: string, template: string): Promise<PlannedRequest> => ({
    ...(await planFor(kind, anySession(), one(template))),
    expected: 'no tokens',
  });

  const makers: Record<keyof typeof weights, () => Promise<PlannedRequest>> = {
    'hot key': () => planFor('hot key', random.pick(world.live.slice(0, 20)), one('hasura')),
    'any key': () => planFor('any key', anySession(), one(random.pick(templates))),
    'renewed often': () => planFor('renewed often', random.pick(world.live.slice(0, 60)), one('hot')),
    'short-lived': () => planFor('short-lived', anySession(), one('short')),
    'never cached': () => planFor('never cached', anySession(), one('uncached')),
    'needs a permission': () => planFor('needs a permission', anySession(), one('reports')),
    // For sessions with a held token, which must not be returned.
    fresh: () =>
      planFor(
        'fresh',
        random.pick(world.live.slice(0, 20)),
        one(random.pick(['hasura', 'hasura', 'uncached', 'reports']), true),
      ),
    'several templates': () =>
      planFor(
        'several templates',
        anySession(),
        templates.map((template) => ({ template, fresh: false })),
      ),
    'too many templates': async () => ({
      ...(await planFor('too many templates', anySession(), manyTemplates)),
      expected: 'no tokens',
    }),
    'not configured': () => planRefused('not configured', 'billing'),
    'unknown to Clerk': () => planRefused('unknown to Clerk', 'ghost'),
    'malformed template name': () =>
      planRefused(
        'malformed template name',
        random.pick(['', '../users', 'constructor', 'a'.repeat(65), 'hasura\n']),
      ),
    'session with a token': () =>
      planFor('session with a token', anySession(), one('hasura'), {
        query: `query Mine { session { id userId organizationId t0: token(template: "hasura") ${fields} } }`,
      }),
    entity: () => entity('entity', anySession()),
    'entity of another session': async () => ({
      ...(await entity('entity of another session', anySession(), 'sess_of_another_user')),
      expected: 'no tokens',
    }),
    'ended session': async () =>
      world.gone.length === 0
        ? makers['any key']()
        : planFor('ended session', random.pick(world.gone), one(random.pick(templates))),
    'expired session token': () => withoutSession('expired session token', `Bearer ${random.pick(expired)}`),
    'garbage as session token': () =>
      withoutSession(
        'garbage as session token',
        random.pick(['Bearer x', 'Bearer a.b.c', 'Basic eA==', forged()]),
      ),
    'template token as session token': () =>
      withoutSession('template token as session token', `Bearer ${lastMinted}`),
    'no credentials': () => withoutSession('no credentials'),
    'schema for a router': async () => ({
      ...(await withoutSession('schema for a router')),
      body: JSON.stringify({ query: '{ _service { sdl } __typename }' }),
    }),
    malformed: async () => oddRequest(random),
    'client disconnects': async () => ({
      ...(await makers[random.pick(['any key', 'never cached', 'several templates'] as const)]()),
      kind: 'client disconnects',
      abortAfter: random.between(0, 60),
    }),
  };
  const expired: string[] = ['x'];

  function entity(kind: string, session: Session, id = session.id): Promise<PlannedRequest> {
    const query = `query Entity($r: [_Any!]!) {
      _entities(representations: $r) { ... on Session { id t0: token(template: "hasura") ${fields} } } }`;
    return planFor(kind, session, one('hasura'), {
      query,
      variables: { r: [{ __typename: 'Session', id }] },
    });
  }

  return {
    next: () => makers[random.weighted(weights)](),
    /** Expired session tokens. */
    expired,
    noteMinted(jwt: string) {
      lastMinted = jwt;
    },
    /** Creates a subscription to the tokens of a template. */
    subscribing: (template: string): Promise<PlannedRequest> =>
      planFor('subscription', random.pick([...world.live, ...world.gone]), one(template), {
        query: `subscription Soak($v0: String!) { t0: sessionToken(template: $v0) ${fields} }`,
        variables: { v0: template },
      }),
    /** Creates a request that must return a token when there is no fault. */
    plain: (session: Session, template: string) => planFor('at the end', session, one(template)),
  };
}

export const kinds = Object.keys(weights);

const manyTemplates = Array.from({ length: 11 }, (_, at) => ({ template: `name${at}`, fresh: false }));

function tokensQuery(tokenFields: readonly TokenField[]) {
  const parameters = tokenFields.map((_one, at) => `$v${at}: String!`).join(', ');
  const selections = tokenFields
    .map(
      ({ fresh }, at) => `t${at}: sessionToken(template: $v${at}${fresh ? ', fresh: true' : ''}) ${fields}`,
    )
    .join('\n');
  return {
    query: `query Soak(${parameters}) { ${selections} }`,
    variables: Object.fromEntries(tokenFields.map(({ template }, at) => [`v${at}`, template])),
  };
}

// Well-formed, but signed by an unknown key.
function forged(): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sid: 'sess_forged', sub: 'user_0', iat, nbf: iat, exp: iat + 60, sts: 'active', v: 2 };
  return `Bearer ${forge.compact({ alg: 'RS256', typ: 'JWT', kid: 'ins_forged' }, claims)}`;
}
