import { clerkCookies, createForge } from '../../test/support/tokens.ts';
import { type Ask, graphqlHeaders, type Wanted } from './ask.ts';
import type { SessionToken } from './clerk-process.ts';
import { oddAsk } from './odd-asks.ts';
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
  'no template name': 1,
  'session with a token': 3,
  entity: 2,
  'entity of another session': 1,
  'session is gone': 7,
  'expired session token': 2,
  'garbage as session token': 2,
  'template token as session token': 1,
  nobody: 2,
  'schema for the router': 1,
  odd: 6,
  'client goes away': 4,
};

const fields = '{ jwt expiresAt expiresIn claims }';
const forge = createForge();

/** How the load is mixed. */
export function createAsks(world: World, random: Random) {
  const templates = ['hasura', 'hot', 'short', 'reports', 'uncached'];
  let lastMinted = '';

  async function asking(
    kind: string,
    session: Session,
    wanted: readonly Wanted[],
    query?: { query: string; variables?: object },
  ): Promise<Ask> {
    const token = await world.tokenOf(session);
    const byAlias = Object.fromEntries(wanted.map((one, at) => [`t${at}`, one]));
    return {
      ...{ kind, method: 'POST', path: '/graphql', wanted: byAlias },
      headers: { ...graphqlHeaders, ...credentials(token) },
      body: JSON.stringify(query ?? tokensQuery(wanted)),
      bearer: { session, token },
      expected: 'tokens',
    };
  }

  function credentials({ jwt }: SessionToken): Record<string, string> {
    if (random.chance(0.9)) return { authorization: `Bearer ${jwt}` };
    return { cookie: clerkCookies(jwt), origin: 'https://app.example.com' };
  }

  async function withoutSession(kind: string, authorization?: string): Promise<Ask> {
    return {
      ...{ kind, method: 'POST', path: '/graphql', expected: 'no tokens', wanted: {} },
      headers: { ...graphqlHeaders, ...(authorization === undefined ? {} : { authorization }) },
      body: JSON.stringify(tokensQuery([{ template: 'hasura', fresh: false }])),
    };
  }

  const anyone = () => random.pick(world.live);
  const one = (template: string, fresh = false): Wanted[] => [{ template, fresh }];
  const refusedFor = async (kind: string, template: string): Promise<Ask> => ({
    ...(await asking(kind, anyone(), one(template))),
    expected: 'no tokens',
  });

  const makers: Record<keyof typeof weights, () => Promise<Ask>> = {
    'hot key': () => asking('hot key', random.pick(world.live.slice(0, 20)), one('hasura')),
    'any key': () => asking('any key', anyone(), one(random.pick(templates))),
    'renewed often': () => asking('renewed often', random.pick(world.live.slice(0, 60)), one('hot')),
    'short-lived': () => asking('short-lived', anyone(), one('short')),
    'never cached': () => asking('never cached', anyone(), one('uncached')),
    'needs a permission': () => asking('needs a permission', anyone(), one('reports')),
    // Of those for whom a token is held, which must not be the answer.
    fresh: () =>
      asking(
        'fresh',
        random.pick(world.live.slice(0, 20)),
        one(random.pick(['hasura', 'hasura', 'uncached', 'reports']), true),
      ),
    'several templates': () =>
      asking(
        'several templates',
        anyone(),
        templates.map((template) => ({ template, fresh: false })),
      ),
    'too many templates': async () => ({
      ...(await asking('too many templates', anyone(), manyTemplates)),
      expected: 'no tokens',
    }),
    'not configured': () => refusedFor('not configured', 'billing'),
    'unknown to Clerk': () => refusedFor('unknown to Clerk', 'ghost'),
    'no template name': () =>
      refusedFor(
        'no template name',
        random.pick(['', '../users', 'constructor', 'a'.repeat(65), 'hasura\n']),
      ),
    'session with a token': () =>
      asking('session with a token', anyone(), one('hasura'), {
        query: `query Mine { session { id userId organizationId t0: token(template: "hasura") ${fields} } }`,
      }),
    entity: () => entity('entity', anyone()),
    'entity of another session': async () => ({
      ...(await entity('entity of another session', anyone(), 'sess_of_somebody_else')),
      expected: 'no tokens',
    }),
    'session is gone': async () =>
      world.gone.length === 0
        ? makers['any key']()
        : asking('session is gone', random.pick(world.gone), one(random.pick(templates))),
    'expired session token': () => withoutSession('expired session token', `Bearer ${random.pick(expired)}`),
    'garbage as session token': () =>
      withoutSession(
        'garbage as session token',
        random.pick(['Bearer x', 'Bearer a.b.c', 'Basic eA==', forged()]),
      ),
    'template token as session token': () =>
      withoutSession('template token as session token', `Bearer ${lastMinted}`),
    nobody: () => withoutSession('nobody'),
    'schema for the router': async () => ({
      ...(await withoutSession('schema for the router')),
      body: JSON.stringify({ query: '{ _service { sdl } __typename }' }),
    }),
    odd: async () => oddAsk(random),
    'client goes away': async () => ({
      ...(await makers[random.pick(['any key', 'never cached', 'several templates'] as const)]()),
      kind: 'client goes away',
      abortAfter: random.between(0, 60),
    }),
  };
  const expired: string[] = ['x'];

  function entity(kind: string, session: Session, id = session.id): Promise<Ask> {
    const query = `query Entity($r: [_Any!]!) {
      _entities(representations: $r) { ... on Session { id t0: token(template: "hasura") ${fields} } } }`;
    return asking(kind, session, one('hasura'), {
      query,
      variables: { r: [{ __typename: 'Session', id }] },
    });
  }

  return {
    next: () => makers[random.weighted(weights)](),
    /** Session tokens that are over. */
    expired,
    noteMinted(jwt: string) {
      lastMinted = jwt;
    },
    /** Whoever subscribes to a template. */
    subscribing: (template: string): Promise<Ask> =>
      asking('subscription', random.pick([...world.live, ...world.gone]), one(template), {
        query: `subscription Soak($v0: String!) { t0: sessionToken(template: $v0) ${fields} }`,
        variables: { v0: template },
      }),
    /** A request that must be answered with a token when all is well. */
    plain: (session: Session, template: string) => asking('at the end', session, one(template)),
  };
}

export const kinds = Object.keys(weights);

const manyTemplates = Array.from({ length: 11 }, (_, at) => ({ template: `name${at}`, fresh: false }));

function tokensQuery(wanted: readonly Wanted[]) {
  const parameters = wanted.map((_one, at) => `$v${at}: String!`).join(', ');
  const selections = wanted
    .map(
      ({ fresh }, at) => `t${at}: sessionToken(template: $v${at}${fresh ? ', fresh: true' : ''}) ${fields}`,
    )
    .join('\n');
  return {
    query: `query Soak(${parameters}) { ${selections} }`,
    variables: Object.fromEntries(wanted.map(({ template }, at) => [`v${at}`, template])),
  };
}

// Well-formed, by a key that nobody knows.
function forged(): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sid: 'sess_forged', sub: 'user_0', iat, nbf: iat, exp: iat + 60, sts: 'active', v: 2 };
  return `Bearer ${forge.compact({ alg: 'RS256', typ: 'JWT', kid: 'ins_forged' }, claims)}`;
}
