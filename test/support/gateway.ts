import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import {
  type AuditEvent,
  createGateway,
  createLogger,
  type Gateway,
  type GatewayOptions,
} from '../../src/index.ts';
import { demoData, type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { type Answer, type AnswerError, readAnswer } from './answer.ts';

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
  /** Every error that `ask` was answered so far. */
  readonly answeredErrors: readonly AnswerError[];
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
    local?.replaceData(demoData());
  });
  afterEach(async () => {
    const ended = open;
    open = [];
    await Promise.all(ended.map((gateway) => gateway.dispose()));
    for (const gateway of ended) expectNothingSecret(gateway);
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
  const answeredErrors: AnswerError[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void logLines.push(line) } });
  const audit = (event: AuditEvent) => {
    audited.push(event);
    logger.info(event, 'audit');
  };
  const gateway = createGateway({ logger, audit, ...options });
  const endpoint = gatewayOrigin + (options.graphqlEndpoint ?? '/graphql');
  const post: TestGateway['post'] = (body, headers = {}) =>
    gateway.fetch(
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
    const answer = await readAnswer(
      await post(JSON.stringify({ query, ...params }), { ...authorization, ...headers }),
    );
    answeredErrors.push(...answer.errors);
    return answer;
  };
  return Object.assign(gateway, { logLines, audited, answeredErrors, post, ask });
}

/** X06 for the whole suite: whatever a test is about, no token and no key gets out but in the data of an answer. */
function expectNothingSecret({ logLines, audited, answeredErrors }: TestGateway): void {
  // Longer than the HMAC of a token in an audit record, which may have these three letters by chance.
  const text = logLines.join('') + JSON.stringify([audited, answeredErrors]);
  expect(
    text.match(/eyJ[\w-]{17,}|sk_(?:test|live)_\w{4,}/)?.[0],
    'X06 in a log, an audit record or an error',
  ).toBeUndefined();
}
