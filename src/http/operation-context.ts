import type { Authenticate } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { errorReason, gatewayError } from '../errors.ts';
import type { GatewayContext } from '../graphql/context.ts';
import { requireCaller } from '../graphql/require-caller.ts';
import { newResultUsage } from '../graphql/result-usage.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { MintEngine } from '../mint/mint-engine.ts';
import type { MintToken } from '../mint/mint-token.ts';
import { createTokenLoader, type TokenLoaderOptions } from '../mint/token-loader.ts';
import { waitUntilOf } from '../runtime/wait-until.ts';
import type { StreamEnd } from '../subscription/token-stream.ts';
import type { TokenStreams } from '../subscription/token-streams.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { type RequestRecord, recordOf } from './request-record.ts';
import { subscriptionEnd } from './subscription-log.ts';

/** Most distinct templates that one operation may name. */
const maxTemplatesPerOperation = 10;

export interface OperationContextOptions {
  authenticate: Authenticate;
  mintToken: MintToken;
  streams: Pick<TokenStreams, 'open'>;
  /** Told of a token that a verified caller does not get because he is refused. */
  onRefused: MintEngine['onRefused'];
  scheduleBatch: TokenLoaderOptions['scheduleBatch'];
  log: Pick<GatewayLogger, 'info'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What Yoga makes a context from. */
interface ServerContext {
  request: Request;
  /** What was passed to `gateway.fetch`. */
  hostContext?: unknown;
  /** Set by Yoga's node:http listener. */
  req?: unknown;
  res?: unknown;
}

/** Makes the context of each operation: its caller, found out at the first question and once, and its tokens. */
export function operationContexts(options: OperationContextOptions) {
  const { authenticate, mintToken, streams, onRefused, scheduleBatch, log, now } = options;
  return ({ request, hostContext, req, res }: ServerContext): GatewayContext => {
    const began = monotonicNow();
    const record = recordOf(request);
    const host = hostContext ?? { req, res };
    const waitUntil = waitUntilOf(hostContext);
    const authentication = once(() => authenticate(request, host));
    const caller = once(() => callerOf(authentication, record));
    const onMint = () => {
      record.mints += 1;
    };
    const tokens = createTokenLoader({
      caller: () => requireCaller({ caller }),
      mintToken: (wish) => mintToken({ ...wish, startedAt: began, waitUntil }),
      maxTemplates: maxTemplatesPerOperation,
      onMint,
      scheduleBatch,
    });
    const refusedTemplates = new Set<string>();
    async function tokenCaller(template: string): Promise<Caller> {
      try {
        return await requireCaller({ caller });
      } catch (error) {
        const outcome = await authentication();
        if (outcome.kind === 'refused' && outcome.caller && !refusedTemplates.has(template)) {
          refusedTemplates.add(template);
          onRefused({ caller: outcome.caller, template, waitUntil }, error, 'revoked');
        }
        throw error;
      }
    }
    const tokenStream = async (template: string) => {
      const who = await tokenCaller(template);
      const onEnd = (end: StreamEnd) => log.info(subscriptionEnd(record, end), 'subscription ended');
      return streams.open({
        caller: who,
        template,
        startedAt: began,
        waitUntil,
        signal: request.signal,
        onMint,
        onEnd,
      });
    };
    return { caller, tokenCaller, tokens, tokenStream, resultUsage: newResultUsage(), now };
  };
}

/** The caller, or null for nobody; whatever stands in the way is noted for the log. */
async function callerOf(
  authentication: () => ReturnType<Authenticate>,
  record: RequestRecord,
): Promise<Caller | null> {
  const outcome = await authentication().catch((error) => {
    record.refusal = errorReason(error) ?? 'authentication failed unexpectedly';
    throw error;
  });
  if (outcome.kind !== 'refused') return outcome.kind === 'authenticated' ? outcome.caller : null;
  const { reason, detail } = outcome;
  record.refusal = detail === undefined ? reason : `${reason}: ${detail}`;
  throw gatewayError('UNAUTHENTICATED', { reason });
}

function once<T>(ask: () => T): () => T {
  let asked: { answer: T } | undefined;
  return () => {
    asked ??= { answer: ask() };
    return asked.answer;
  };
}
