import { clerkCookies, createForge } from '../../test/support/tokens.ts';
import type { SessionToken } from './clerk-process.ts';
import { mayUseDoor, throughDoor } from './door-requests.ts';
import { oddRequest } from './odd-requests.ts';
import { graphqlHeaders, type PlannedRequest, type TokenField } from './planned-request.ts';
import type { Random } from './random.ts';
import { currentToken, type Session, type World } from './world.ts';

const weights = {
  'hot key': 40,
  repeated: 160,
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
  'ended session': 16,
  'expired session token': 2,
  'garbage as session token': 2,
  'template token as session token': 1,
  'no credentials': 2,
  'schema for a router': 1,
  malformed: 6,
  'client disconnects': 4,
};

/** The share of the requests for one token that go through a door other than GraphQL. */
const doorShare = 0.4;

type Kind = keyof typeof weights;

/** The kinds of requests. */
export const kinds = Object.keys(weights);

/** The state from which random requests are created. */
export interface RequestMix {
  readonly world: World;
  readonly random: Random;
  /** Expired session tokens. */
  readonly expired: readonly string[];
  /** The template token that a gateway returned last. */
  lastMinted: string;
}

const fields = '{ jwt expiresAt expiresIn claims }';
const forge = createForge();
const templates = ['hasura', 'hot', 'short', 'reports', 'uncached'];
const manyTemplates = Array.from({ length: 11 }, (_, at) => ({ template: `name${at}`, fresh: false }));
const malformedNames = ['', '../users', 'constructor', 'a'.repeat(65), 'hasura\n'];

/** Queries of clients, with the templates of their fields `t0`, `t1` ... in this order. */
const repeatedQueries = [
  {
    // mintgate/client.
    query:
      'query Token($template: String!) { t0: sessionToken(template: $template) { jwt expiresIn claims expiresAt } }',
    variables: { template: 'hasura' },
    operationName: 'Token',
    templates: ['hasura'],
    headers: { origin: 'https://app.example.com' },
  },
  {
    // Apollo Client.
    query: `query Both { __typename t0: sessionToken(template: "hasura") { ...T __typename } t1: sessionToken(template: "short") { ...T } }
      fragment T on Token ${fields}`,
    operationName: 'Both',
    variables: {},
    extensions: { clientLibrary: { name: '@apollo/client', version: '4.0.0' } },
    templates: ['hasura', 'short'],
    headers: {
      accept: 'application/graphql-response+json,application/json;q=0.9',
      origin: 'https://app.example.com',
    },
  },
  {
    query: `query Mine { session { id userId organizationId t0: token(template: "hasura") ${fields} } }`,
    templates: ['hasura'],
    headers: { accept: '*/*' },
  },
];

const planners: Record<Kind, (mix: RequestMix) => Promise<PlannedRequest>> = {
  'hot key': (mix) => plan(mix, 'hot key', earlySession(mix, 20), one('hasura')),
  'any key': (mix) => plan(mix, 'any key', anySession(mix), one(mix.random.pick(templates))),
  repeated: planRepeated,
  'renewed often': (mix) => plan(mix, 'renewed often', earlySession(mix, 60), one('hot')),
  'short-lived': (mix) => plan(mix, 'short-lived', anySession(mix), one('short')),
  'never cached': (mix) => plan(mix, 'never cached', anySession(mix), one('uncached')),
  'needs a permission': (mix) => plan(mix, 'needs a permission', anySession(mix), one('reports')),
  fresh: planFresh,
  'several templates': (mix) =>
    plan(
      mix,
      'several templates',
      anySession(mix),
      templates.flatMap((template) => one(template)),
    ),
  'too many templates': async (mix) => ({
    ...(await plan(mix, 'too many templates', anySession(mix), manyTemplates)),
    expected: 'no tokens',
  }),
  'not configured': (mix) => planRefused(mix, 'not configured', 'billing'),
  'unknown to Clerk': (mix) => planRefused(mix, 'unknown to Clerk', 'ghost'),
  'malformed template name': (mix) =>
    planRefused(mix, 'malformed template name', mix.random.pick(malformedNames)),
  'session with a token': (mix) =>
    plan(mix, 'session with a token', anySession(mix), one('hasura'), {
      query: `query Mine { session { id userId organizationId t0: token(template: "hasura") ${fields} } }`,
    }),
  entity: (mix) => planEntity(mix, 'entity', anySession(mix)),
  'entity of another session': async (mix) => ({
    ...(await planEntity(mix, 'entity of another session', anySession(mix), 'sess_of_another_user')),
    expected: 'no tokens',
  }),
  'ended session': planEndedSession,
  'expired session token': async ({ random, expired }) =>
    planWithoutSession('expired session token', `Bearer ${random.pick(expired)}`),
  'garbage as session token': async ({ random }) =>
    planWithoutSession(
      'garbage as session token',
      random.pick(['Bearer x', 'Bearer a.b.c', 'Basic eA==', forged()]),
    ),
  'template token as session token': async ({ lastMinted }) =>
    planWithoutSession('template token as session token', `Bearer ${lastMinted}`),
  'no credentials': async () => planWithoutSession('no credentials'),
  'schema for a router': async () => ({
    ...planWithoutSession('schema for a router'),
    body: JSON.stringify({ query: '{ _service { sdl } __typename }' }),
  }),
  malformed: async ({ random }) => oddRequest(random),
  'client disconnects': planDisconnect,
};

/** Creates the state. @param expired - expired session tokens, at least one */
export function createRequestMix(world: World, random: Random, expired: readonly string[]): RequestMix {
  return { world, random, expired, lastMinted: '' };
}

/** Creates a random request. The kinds have fixed proportions, and so have the requests through each door. */
export async function randomRequest(mix: RequestMix): Promise<PlannedRequest> {
  const { random } = mix;
  const planned = await planners[random.weighted(weights)](mix);
  return mayUseDoor(planned) && random.chance(doorShare) ? throughDoor(random, planned) : planned;
}

/** Creates a subscription to the tokens of a template. @param session - @default a random one, which may have ended */
export function subscriptionRequest(
  mix: RequestMix,
  template: string,
  session = mix.random.pick([...mix.world.live, ...mix.world.ended]),
): Promise<PlannedRequest> {
  return plan(mix, 'subscription', session, one(template), {
    query: `subscription Soak($v0: String!) { t0: sessionToken(template: $v0) ${fields} }`,
    variables: { v0: template },
  });
}

/** Creates a GraphQL request that must return a token when there is no fault. */
export function recoveryRequest(
  mix: RequestMix,
  session: Session,
  template: string,
): Promise<PlannedRequest> {
  return plan(mix, 'at the end', session, one(template));
}

const anySession = ({ world, random }: RequestMix) => random.pick(world.live);
const earlySession = ({ world, random }: RequestMix, count: number) =>
  random.pick(world.live.slice(0, count));
const one = (template: string, fresh = false): TokenField[] => [{ template, fresh }];

/** Plans a request of a session. @param query - @default a query for the token fields */
async function plan(
  mix: RequestMix,
  kind: string,
  session: Session,
  tokenFields: readonly TokenField[],
  query: { query: string } & Readonly<Record<string, unknown>> = tokensQuery(tokenFields),
): Promise<PlannedRequest> {
  const token = await currentToken(mix.world, session);
  const byAlias = Object.fromEntries(tokenFields.map((field, at) => [`t${at}`, field]));
  return {
    ...{ kind, method: 'POST', path: '/graphql', tokenFields: byAlias },
    headers: { ...graphqlHeaders, ...credentials(mix, token) },
    body: JSON.stringify(query),
    bearer: { session, token },
    expected: 'tokens',
  };
}

function credentials({ random }: RequestMix, { jwt }: SessionToken): Record<string, string> {
  if (random.chance(0.9)) return { authorization: `Bearer ${jwt}` };
  return { cookie: clerkCookies(jwt), origin: 'https://app.example.com' };
}

async function planRefused(mix: RequestMix, kind: Kind, template: string): Promise<PlannedRequest> {
  return { ...(await plan(mix, kind, anySession(mix), one(template))), expected: 'no tokens' };
}

/** Plans a request that its session sends again and again, as the clients of GraphQL do: the fast path answers most of them. */
function planRepeated(mix: RequestMix): Promise<PlannedRequest> {
  return repeat(mix, 'repeated', earlySession(mix, 6));
}

async function repeat(mix: RequestMix, kind: Kind, session: Session): Promise<PlannedRequest> {
  const { random } = mix;
  const { templates, headers, ...query } = random.pick(repeatedQueries);
  const tokenFields = templates.flatMap((template) => one(template));
  const planned = await plan(mix, kind, session, tokenFields, query);
  return { ...planned, headers: { ...planned.headers, ...headers } };
}

function planFresh(mix: RequestMix): Promise<PlannedRequest> {
  // These sessions have held tokens, which must not be returned.
  const session = earlySession(mix, 20);
  return plan(mix, 'fresh', session, one(mix.random.pick(['hasura', 'hasura', 'uncached', 'reports']), true));
}

function planEntity(mix: RequestMix, kind: Kind, session: Session, id = session.id): Promise<PlannedRequest> {
  return plan(mix, kind, session, one('hasura'), {
    query: `query Entity($r: [_Any!]!) {
      _entities(representations: $r) { ... on Session { id t0: token(template: "hasura") ${fields} } } }`,
    variables: { r: [{ __typename: 'Session', id }] },
  });
}

function planEndedSession(mix: RequestMix): Promise<PlannedRequest> {
  const { world, random } = mix;
  if (world.ended.length === 0) return planners['any key'](mix);
  // Gateways may still hold tokens of sessions that ended a moment ago.
  if (random.chance(0.7)) return repeat(mix, 'ended session', random.pick(world.ended.slice(-10)));
  return plan(mix, 'ended session', random.pick(world.ended), one(random.pick(templates)));
}

async function planDisconnect(mix: RequestMix): Promise<PlannedRequest> {
  const kind = mix.random.pick(['any key', 'never cached', 'several templates'] as const);
  const request = await planners[kind](mix);
  return { ...request, kind: 'client disconnects', abortAfter: mix.random.between(0, 60) };
}

function planWithoutSession(kind: Kind, authorization?: string): PlannedRequest {
  return {
    ...{ kind, method: 'POST', path: '/graphql', expected: 'no tokens', tokenFields: {} },
    headers: { ...graphqlHeaders, ...(authorization === undefined ? {} : { authorization }) },
    body: JSON.stringify(tokensQuery(one('hasura'))),
  };
}

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
