import type { Authenticate } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { errorReason, gatewayError } from '../errors.ts';
import type { MintToken } from '../mint/mint-token.ts';
import { createTokenLoader } from '../mint/token-loader.ts';
import { requireCaller } from '../schema/caller-required.ts';
import type { GatewayContext } from '../schema/context.ts';
import { type RequestRecord, recordOf } from './request-record.ts';

/** Most distinct templates that one operation may name. */
const maxTemplatesPerOperation = 10;

export interface OperationContextOptions {
  authenticate: Authenticate;
  mintToken: MintToken;
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
export function operationContexts({ authenticate, mintToken, now }: OperationContextOptions) {
  return ({ request, hostContext, req, res }: ServerContext): GatewayContext => {
    const record = recordOf(request);
    const host = hostContext ?? { req, res };
    const caller = once(() => callerOf(() => authenticate(request, host), record));
    const tokens = createTokenLoader({
      caller: () => requireCaller({ caller }),
      mintToken,
      maxTemplates: maxTemplatesPerOperation,
      onMint: () => {
        record.mints += 1;
      },
    });
    return { caller, tokens, now };
  };
}

/** The caller, or null for nobody; whatever stands in the way is noted for the log. */
async function callerOf(
  authenticate: () => ReturnType<Authenticate>,
  record: RequestRecord,
): Promise<Caller | null> {
  try {
    const outcome = await authenticate();
    if (outcome.kind === 'refused') throw gatewayError('UNAUTHENTICATED', { reason: outcome.reason });
    return outcome.kind === 'caller' ? outcome.caller : null;
  } catch (error) {
    record.refusal = errorReason(error) ?? 'authentication failed unexpectedly';
    throw error;
  }
}

function once<T>(ask: () => T): () => T {
  let asked: { answer: T } | undefined;
  return () => {
    asked ??= { answer: ask() };
    return asked.answer;
  };
}
