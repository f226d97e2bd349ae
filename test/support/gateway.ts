import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import {
  type AuditEvent,
  createGateway,
  createLogger,
  type Gateway,
  type GatewayOptions,
} from '../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { watchText } from '../leaks/watch.ts';
import { watchedResponse, watchServerResponse } from '../leaks/watch-response.ts';
import { type Answer, readAnswer } from './answer.ts';
import { createPrimedGateway, type PrimedGateway } from './both-ways.ts';
import { canaryData } from './canary-data.ts';

/** The origin in the URLs of requests to a gateway under test. */
export const gatewayOrigin = 'https://tokens.example.com';

/** An origin that tests configure as allowed. */
export const appOrigin = 'https://app.example.com';

/** The options of one query. */
export interface Asking {
  /** A demo session, of which a new session token is sent as Bearer. */
  session?: string;
  /** A token that is sent as Bearer, unchanged. */
  bearer?: string;
  headers?: Record<string, string>;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** A gateway for the local Clerk of a test file, with its log lines and audit events. */
export interface TestGateway extends Gateway {
  /** The log lines so far, of every level. */
  readonly logLines: readonly string[];
  /** The audit events so far. */
  readonly audited: readonly AuditEvent[];
  /** Sends a query by POST with a JSON body. */
  ask(query: string, asking?: Asking): Promise<Answer>;
  /** Sends any body to the GraphQL endpoint by POST. */
  post(body: BodyInit | null, headers?: Record<string, string>): Promise<Response>;
}

interface GatewaysOptions {
  /**
   * Whether each request that `post` and `ask` have sent is sent to a second gateway, too, whose fast path knows it already (X22).
   * @default false
   */
  bothWays?: boolean;
}

/** Starts one local Clerk for the tests of a file, resets it before each test, and disposes the gateways of a test after it. */
export function useGateways({ bothWays = false }: GatewaysOptions = {}) {
  let local: LocalClerk | undefined;
  let minting: LocalClerk | undefined;
  let open: TestGateway[] = [];
  let primed: PrimedGateway[] = [];
  let known = 0;

  beforeAll(async () => {
    local = await startLocalClerk();
    if (bothWays) minting = await startLocalClerk({ secretKey: local.secretKey });
  });
  beforeEach(() => {
    local?.controls.reset();
    local?.replaceData(canaryData());
    minting?.replaceData(canaryData());
  });
  afterEach(async () => {
    const ended = open;
    open = [];
    await Promise.all([...ended, ...primed].map((gateway) => gateway.dispose()));
    known += primed.reduce((sum, gateway) => sum + gateway.known, 0);
    primed = [];
    for (const gateway of ended) watchText('figure', JSON.stringify(gateway.stats()));
  });
  afterAll(async () => {
    await Promise.all([local?.close(), minting?.close()]);
    if (bothWays) expect(known, 'requests that the fast path knew').toBeGreaterThan(0);
  });

  const clerk = () => {
    if (local === undefined) throw new Error('expected the local Clerk to have started');
    return local;
  };
  const start = (options: GatewayOptions): TestGateway => {
    const endpoint = endpointOf(options);
    const second =
      minting && createPrimedGateway({ clerk: clerk(), mintingClerk: minting, options, endpoint });
    if (second) primed.push(second);
    const gateway = startGateway(clerk(), options, second);
    open.push(gateway);
    return gateway;
  };
  return {
    get clerk() {
      return clerk();
    },
    /** Starts a gateway with working options, overridden by these. */
    start(options: Partial<GatewayOptions> = {}): TestGateway {
      return start({ ...workingOptions(clerk()), ...options });
    },
    /** Starts a gateway without `jwtKey`, which fetches Clerk's key set. */
    startWithoutJwtKey(options: Partial<GatewayOptions> = {}): TestGateway {
      const { jwtKey: _jwtKey, ...base } = workingOptions(clerk());
      return start({ ...base, ...options });
    },
    /** Returns the number of requests to Clerk's endpoint for template tokens. */
    mints: () => clerk().controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}'),
    /** Returns the number of all requests to Clerk. */
    requests: () => clerk().controls.requests(),
  };
}

/** Returns options that work with a local Clerk. */
export function workingOptions({ secretKey, publishableKey, jwtKey, url }: LocalClerk): GatewayOptions {
  return {
    secretKey,
    publishableKey,
    jwtKey,
    apiUrl: url,
    authorizedParties: 'any',
    templates: {
      hasura: {},
      nhost: {},
      minimal: {},
      short: {},
      firebase: {},
      reports: { requires: { permission: 'org:reports:read' }, organizationClaim: 'organization_id' },
      // Configured here, unknown to the local Clerk.
      ghost: {},
    },
    // High limits, because most tests are not about them.
    mintBudget: 10_000,
    mintBudgetShare: 1,
    sessionMintLimit: 10_000,
    // Not `Date.now` itself, so that a clock that is faked later takes effect.
    now: () => Date.now(),
  };
}

function endpointOf({ graphqlEndpoint = '/graphql' }: GatewayOptions): string {
  return gatewayOrigin + graphqlEndpoint;
}

function startGateway(clerk: LocalClerk, options: GatewayOptions, primed?: PrimedGateway): TestGateway {
  const logLines: string[] = [];
  const audited: AuditEvent[] = [];
  const write = (line: string) => {
    watchText('log line', line);
    logLines.push(line);
  };
  const logger = createLogger({ level: 'debug', destination: { write } });
  const audit = (event: AuditEvent) => {
    watchText('audit record', JSON.stringify(event));
    audited.push(event);
    logger.info(event, 'audit');
  };
  const gateway = createGateway({ logger, audit, ...options });
  const endpoint = endpointOf(options);
  const watchedGateway = (request: IncomingMessage, response: ServerResponse) => {
    watchServerResponse(response, 'answer over a socket');
    return gateway(request, response);
  };
  const watchedFetch: Gateway['fetch'] = async (...args) => watchedResponse(await gateway.fetch(...args));
  const post: TestGateway['post'] = async (body, more = {}) => {
    const headers = { 'content-type': 'application/json', ...more };
    const before = audited.length;
    const response = await watchedFetch(new Request(endpoint, { method: 'POST', body, headers }));
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    if (!primed || !isJson || typeof body !== 'string') return response;
    const { status, headers: answerHeaders } = response;
    const text = await response.text();
    // Clerk, which is another one for the second gateway, has no part in these refusals.
    const isComparable = audited
      .slice(before)
      .every(({ code }) => code === undefined || ['FORBIDDEN', 'TEMPLATE_NOT_FOUND'].includes(code));
    if (isComparable) await primed.compare({ body, headers, status, answerHeaders, text });
    return new Response(text, { status, headers: [...answerHeaders] });
  };
  const ask: TestGateway['ask'] = async (query, asking = {}) => {
    const { session, bearer, headers, ...params } = asking;
    const token = session === undefined ? bearer : await clerk.mintSessionToken(session);
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return readAnswer(await post(JSON.stringify({ query, ...params }), { ...authorization, ...headers }));
  };
  return Object.assign(watchedGateway, gateway, { fetch: watchedFetch, logLines, audited, post, ask });
}
