import type { Authenticate } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { errorReason, gatewayError } from '../errors.ts';
import { type GatewayContext, requireCaller } from '../graphql/context.ts';
import { createResultUsage } from '../graphql/result-usage.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { ListTokenTemplates, TokenTemplate } from '../mint/list-token-templates.ts';
import type { MintEngine } from '../mint/mint-engine.ts';
import type { MintToken } from '../mint/mint-token.ts';
import { createTokenLoader, type TokenLoader, type TokenLoaderOptions } from '../mint/token-loader.ts';
import type { TokenDoor } from '../mint/token-request.ts';
import { type WaitUntil, waitUntilOf } from '../runtime/wait-until.ts';
import type { StreamEnd } from '../subscription/token-stream.ts';
import type { TokenStreams } from '../subscription/token-streams.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { type RequestRecord, recordOf } from './request-record.ts';
import { describeSubscriptionEnd } from './subscription-log.ts';

/** Maximum number of distinct templates in one operation. */
export const maxTemplatesPerOperation = 10;

export interface OperationContextOptions {
  authenticate: Authenticate;
  mintToken: MintToken;
  listTokenTemplates: ListTokenTemplates;
  streams: Pick<TokenStreams, 'open'>;
  /** Audits the refusal of a token to a verified caller whose session is revoked. */
  onRefused: MintEngine['onRefused'];
  scheduleBatch: TokenLoaderOptions['scheduleBatch'];
  log: Pick<GatewayLogger, 'info'>;
  /** How tokens are asked for. @default undefined (GraphQL) */
  door?: TokenDoor;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The values from which Yoga creates a context. */
interface ServerContext {
  request: Request;
  /** The second argument of `gateway.fetch`. */
  hostContext?: unknown;
  /** Set by Yoga's node:http listener. */
  req?: unknown;
  res?: unknown;
}

/** The state of one operation. */
interface Operation {
  readonly options: OperationContextOptions;
  readonly request: Request;
  readonly record: RequestRecord;
  /** When it started, on the monotonic clock in milliseconds. */
  readonly startedAt: number;
  readonly waitUntil: WaitUntil | undefined;
  /** Authenticates the request. The first call does it, the others return its result. */
  readonly authenticate: () => ReturnType<Authenticate>;
  readonly getCaller: GatewayContext['getCaller'];
  readonly onMint: () => void;
  /** Templates whose refusal is audited. */
  readonly refusedTemplates: Set<string>;
}

/** The context of an operation that Yoga executes. */
export interface OperationContext extends GatewayContext {
  /**
   * Returns the caller of a token field, and audits a refusal.
   *
   * @throws the errors of `getCaller`, and `UNAUTHENTICATED` without credentials
   */
  requireTokenCaller: (template: string) => Promise<Caller>;
}

/** Returns a function that creates the context of each operation. The request is authenticated when a resolver needs the caller. */
export function createContextFactory(options: OperationContextOptions) {
  return (serverContext: ServerContext): OperationContext => {
    const operation = beginOperation(options, serverContext);
    const tokens = createOperationLoader(operation);
    const requireCallerOf = (template: string) => requireTokenCaller(operation, template);
    return {
      getCaller: operation.getCaller,
      requireTokenCaller: requireCallerOf,
      // The caller comes first, so that all token fields of an operation reach the loader in one batch.
      loadToken: (key) => requireCallerOf(key.template).then(() => tokens.load(key)),
      openTokenStream: (template) => openTokenStream(operation, template),
      listTokenTemplates: once(() => listTokenTemplates(operation)),
      resultUsage: createResultUsage(),
      now: options.now,
    };
  };
}

function beginOperation(
  options: OperationContextOptions,
  { request, hostContext, req, res }: ServerContext,
): Operation {
  const record = recordOf(request);
  const host = hostContext ?? { req, res };
  const authenticate = once(() => options.authenticate(request, host));
  return {
    options,
    request,
    record,
    startedAt: monotonicNow(),
    waitUntil: waitUntilOf(hostContext),
    authenticate,
    getCaller: once(() => getCaller(authenticate, record)),
    onMint: () => {
      record.mints += 1;
    },
    refusedTemplates: new Set(),
  };
}

/** Returns the caller, or `null` without credentials, and records a refusal for the log. */
async function getCaller(
  authenticate: Operation['authenticate'],
  record: RequestRecord,
): Promise<Caller | null> {
  const outcome = await authenticate().catch((error) => {
    record.refusal = errorReason(error) ?? 'authentication failed unexpectedly';
    throw error;
  });
  if (outcome.kind !== 'refused') return outcome.kind === 'authenticated' ? outcome.caller : null;
  const { reason, detail } = outcome;
  record.refusal = detail === undefined ? reason : `${reason}: ${detail}`;
  throw gatewayError('UNAUTHENTICATED', { reason });
}

/** Returns the caller of a token field. Audits the refusal of a verified caller, once for each template. */
async function requireTokenCaller(operation: Operation, template: string): Promise<Caller> {
  const { authenticate, refusedTemplates, waitUntil, options } = operation;
  try {
    return await requireCaller(operation);
  } catch (error) {
    const outcome = await authenticate();
    if (outcome.kind === 'refused' && outcome.caller && !refusedTemplates.has(template)) {
      refusedTemplates.add(template);
      const { door } = options;
      options.onRefused({ caller: outcome.caller, template, door, waitUntil }, error, 'revoked');
    }
    throw error;
  }
}

function createOperationLoader(operation: Operation): TokenLoader {
  const { startedAt, waitUntil, onMint } = operation;
  const { mintToken, scheduleBatch, door } = operation.options;
  return createTokenLoader({
    findCaller: () => requireCaller(operation),
    mintToken: (request) => mintToken({ ...request, door, startedAt, waitUntil }),
    maxTemplates: maxTemplatesPerOperation,
    onMint,
    scheduleBatch,
  });
}

async function openTokenStream(operation: Operation, template: string) {
  const { record, startedAt, waitUntil, onMint } = operation;
  const { streams, log } = operation.options;
  const caller = await requireTokenCaller(operation, template);
  const { signal } = operation.request;
  const onEnd = (end: StreamEnd) => log.info(describeSubscriptionEnd(record, end), 'subscription ended');
  return streams.open({ caller, template, startedAt, waitUntil, signal, onMint, onEnd });
}

async function listTokenTemplates(operation: Operation): Promise<readonly TokenTemplate[]> {
  const caller = await requireCaller(operation);
  return operation.options.listTokenTemplates({ caller, startedAt: operation.startedAt });
}

function once<T>(call: () => T): () => T {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: call() };
    return result.value;
  };
}
