import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
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
import { canaryData } from './canary-data.ts';

/** Where a gateway under test seems to be. */
export const gatewayOrigin = 'https://tokens.example.com';

/** An origin that gateways under test are told to allow, where a test says so. */
export const appOrigin = 'https://app.example.com';

/** How one question is asked. */
export interface Asking {
  /** A demo session whose fresh session token is sent as Bearer. */
  session?: string;
  /** A token sent as Bearer, as it is. */
  bearer?: string;
  headers?: Record<string, string>;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** A gateway in front of the file's local Clerk, and what came out of it besides answers. */
export interface TestGateway extends Gateway {
  /** Every line logged so far, at every level. */
  readonly logLines: readonly string[];
  /** Every audit event so far. */
  readonly audited: readonly AuditEvent[];
  /** Asks by POST with a JSON body. */
  ask(query: string, asking?: Asking): Promise<Answer>;
  /** POSTs any body to the GraphQL endpoint. */
  post(body: BodyInit | null, headers?: Record<string, string>): Promise<Response>;
}

/** One local Clerk for the tests of a file, as new before each of them, and gateways that end after each. */
export function useGateways() {
  let local: LocalClerk | undefined;
  let open: TestGateway[] = [];

  beforeAll(async () => {
    local = await startLocalClerk();
  });
  beforeEach(() => {
    local?.controls.reset();
    local?.replaceData(canaryData());
  });
  afterEach(async () => {
    const ended = open;
    open = [];
    await Promise.all(ended.map((gateway) => gateway.dispose()));
    for (const gateway of ended) watchText('figure', JSON.stringify(gateway.stats()));
  });
  afterAll(() => local?.close());

  const clerk = () => {
    if (local === undefined) throw new Error('expected the local Clerk to have started');
    return local;
  };
  return {
    get clerk() {
      return clerk();
    },
    /** Starts a gateway with these options on top of working ones. */
    start(options: Partial<GatewayOptions> = {}): TestGateway {
      const gateway = startGateway(clerk(), { ...workingOptions(clerk()), ...options });
      open.push(gateway);
      return gateway;
    },
    /** The same without `jwtKey`: the gateway fetches Clerk's key set. */
    startWithoutJwtKey(options: Partial<GatewayOptions> = {}): TestGateway {
      const { jwtKey: _left, ...base } = workingOptions(clerk());
      const gateway = startGateway(clerk(), { ...base, ...options });
      open.push(gateway);
      return gateway;
    },
    /** POSTs that reached Clerk's endpoint for template tokens. */
    mints: () => clerk().controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}'),
    /** Requests of any kind that reached Clerk. */
    requests: () => clerk().controls.requests(),
  };
}

/** Options that work with a local Clerk. */
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
    // Most tests are about something else than the budget.
    mintBudget: 10_000,
    mintBudgetShare: 1,
    sessionMintLimit: 10_000,
    // Read at every use, so that a clock faked after the start counts.
    now: () => Date.now(),
  };
}

function startGateway(clerk: LocalClerk, options: GatewayOptions): TestGateway {
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
  const endpoint = gatewayOrigin + (options.graphqlEndpoint ?? '/graphql');
  const watchedGateway = (request: IncomingMessage, response: ServerResponse) => {
    watchServerResponse(response, 'answer over a socket');
    return gateway(request, response);
  };
  const watchedFetch: Gateway['fetch'] = async (...args) => watchedResponse(await gateway.fetch(...args));
  const post: TestGateway['post'] = (body, headers = {}) =>
    watchedFetch(
      new Request(endpoint, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    );
  const ask: TestGateway['ask'] = async (query, asking = {}) => {
    const { session, bearer, headers, ...params } = asking;
    const token = session === undefined ? bearer : await clerk.mintSessionToken(session);
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return readAnswer(await post(JSON.stringify({ query, ...params }), { ...authorization, ...headers }));
  };
  return Object.assign(watchedGateway, gateway, { fetch: watchedFetch, logLines, audited, post, ask });
}
