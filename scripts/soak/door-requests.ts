import type { Client } from './client.ts';
import { audienceOf, subgraphs } from './configuration.ts';
import { graphqlHeaders, type PlannedRequest } from './planned-request.ts';
import type { Random } from './random.ts';
import { type Rotations, sendSecret } from './rotations.ts';
import { secretText } from './secrets.ts';

/** The kinds of requests that ask for one token, whatever the door. */
const kinds: readonly string[] = [
  ...['hot key', 'any key', 'renewed often', 'short-lived', 'never cached', 'needs a permission'],
  ...['not configured', 'unknown to Clerk', 'ended session', 'expired session token'],
  ...['garbage as session token', 'template token as session token', 'no credentials'],
  'client disconnects',
];

export const exchangePath = '/token';
/** The path of the coprocessor, without a secret. */
export const coprocessorPath = '/coprocessor/apollo/';
const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };
/** A header that is no credential. */
export const keptHeader = 'x-kept';

/** The part of a request of the router that the checks read. */
interface RouterRequest {
  readonly serviceName: string;
  readonly headers: Readonly<Record<string, string[]>>;
}

/** Returns whether other doors can be asked for the tokens of a GraphQL request. */
export function mayUseDoor({ kind, tokenFields }: PlannedRequest): boolean {
  return kinds.includes(kind) && Object.keys(tokenFields).length <= 1;
}

/** Asks for the token of a GraphQL request through a random door, with the same credentials. */
export function throughDoor(random: Random, planned: PlannedRequest): PlannedRequest {
  const { t0: { template } = { template: 'hasura' } } = planned.tokenFields;
  return random.chance(0.5) ? throughExchange(planned, template) : throughCoprocessor(planned, template);
}

function throughExchange(planned: PlannedRequest, audience: string): PlannedRequest {
  const { bearer, headers, kind } = planned;
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: bearer?.token.jwt ?? headers.authorization?.replace(/^Bearer /, '') ?? '',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    audience: audienceOf(audience),
  };
  return {
    ...planned,
    ...{ kind: `exchange: ${kind}`, door: 'exchange', path: exchangePath, headers: formHeaders },
    body: new URLSearchParams(form).toString(),
  };
}

function throughCoprocessor(planned: PlannedRequest, serviceName: string): PlannedRequest {
  // A client that sends the header of a subgraph's token must not reach the subgraph with it.
  const ownHeader = subgraphs[serviceName]?.header;
  const sent = {
    ...planned.headers,
    [keptHeader]: 'kept',
    ...(ownHeader && { [ownHeader]: 'sent.by.client' }),
  };
  return {
    ...planned,
    ...{ kind: `coprocessor: ${planned.kind}`, door: 'coprocessor', path: coprocessorPath },
    ...{ headers: graphqlHeaders, body: routerRequest(serviceName, sent) },
  };
}

/** Returns the body with which a router asks about its request to a subgraph. */
export function routerRequest(serviceName: string, headers: Readonly<Record<string, string>>): string {
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]]);
  const asked: RouterRequest = { serviceName, headers: Object.fromEntries(lists) };
  return JSON.stringify({ version: 1, stage: 'SubgraphRequest', control: 'continue', id: 'soak', ...asked });
}

/** Reads the body of a request of the router. */
export function readRouterRequest({ body = '{}' }: PlannedRequest): RouterRequest {
  return { serviceName: '', headers: {}, ...JSON.parse(String(body)) };
}

/** Lets a client add a secret to the path of each request through the coprocessor: one that the gateway accepts until it is answered. */
export function addCoprocessorSecret(client: Client, rotations: Rotations): Client {
  return {
    ...client,
    send(target, planned) {
      if (planned.door !== 'coprocessor') return client.send(target, planned);
      const { entry, done } = sendSecret(rotations, 'coprocessorSecret', target.member);
      const path = planned.path + secretText('coprocessorSecret', entry);
      return client.send(target, { ...planned, path }).finally(done);
    },
  };
}
