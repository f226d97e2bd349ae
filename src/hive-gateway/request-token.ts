import { errorCodes, type GatewayErrorCode, type TransportErrorCode } from '../errors.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import type { HostContext, SendOperation } from './send-operation.ts';

/** A token of a subgraph, or the reason why there is none. */
export type TokenOutcome =
  | {
      readonly kind: 'token';
      readonly jwt: string;
      /** When it expires, on the monotonic clock in milliseconds. */
      readonly expiresAt: number;
      /** From when it is not used for a new request, on the same clock. */
      readonly renewAt: number;
    }
  | TokenFailure;

/** Why there is no token. It contains no text of an answer. */
export interface TokenFailure {
  readonly kind: 'failure';
  readonly code: GatewayErrorCode | TransportErrorCode;
  readonly message: string;
  /** Seconds after which a retry makes sense. @default undefined (unknown) */
  readonly retryAfter?: number | undefined;
  /** From when the token is asked for again, on the monotonic clock in milliseconds. */
  readonly renewAt: number;
}

// The exact text of the operation of mintgate/client: a gateway may accept only documents whose hash is in its manifest.
const query =
  'query SessionToken($fresh: Boolean! = false, $template: String!) { sessionToken(template: $template, fresh: $fresh) { expiresAt expiresIn jwt } }';

/** A token is asked for again when less than this is left, in milliseconds, or less than a quarter of its life. */
const marginMs = 5_000;

/** An operation does not repeat a failed request within this time, in milliseconds. */
const failureMs = 1_000;

// In seconds. A longer `retryAfter` is taken for a mistake.
const maxRetryAfter = 3_600;

/**
 * Asks Mintgate for the token of a template. It never rejects.
 *
 * @param send - sends the operation
 * @param template - the name of the template
 * @param credentials - the headers that identify the caller
 * @param hostContext - of the router. @default undefined (it has none)
 */
export async function requestToken(
  send: SendOperation,
  template: string,
  credentials: Readonly<Record<string, string>>,
  hostContext?: HostContext,
): Promise<TokenOutcome> {
  const headers = { 'content-type': 'application/json', ...credentials };
  const body = JSON.stringify({ query, variables: { template } });
  try {
    const response = await send({ headers, body }, hostContext);
    return readAnswer(parseBody(await response.text()), response.headers.get('retry-after'));
  } catch {
    return unreachable();
  }
}

/** Returns the failure of a caller whose credentials Mintgate would refuse. */
export function refusedCredentials(): TokenFailure {
  return failure('UNAUTHENTICATED');
}

function unreachable(): TokenFailure {
  const message = 'Mintgate could not be reached or did not answer properly. Try again later.';
  return { ...failure('UPSTREAM_UNAVAILABLE'), message };
}

function readAnswer({ data, errors }: Answer, retryAfterHeader: string | null): TokenOutcome {
  const { jwt, expiresIn } = data?.sessionToken ?? {};
  if (typeof jwt === 'string' && isCompactJws(jwt) && typeof expiresIn === 'number' && expiresIn > 0) {
    const now = monotonicNow();
    const life = expiresIn * 1000;
    const renewAt = now + life - Math.min(marginMs, life / 4);
    return { kind: 'token', jwt, expiresAt: now + life, renewAt };
  }
  const { code, retryAfter } = errors?.[0]?.extensions ?? {};
  if (typeof code !== 'string' || !isCode(code)) return unreachable();
  const seconds = Number(retryAfter ?? retryAfterHeader ?? Number.NaN);
  return failure(code, seconds >= 0 ? Math.min(seconds, maxRetryAfter) : undefined);
}

function failure(code: TokenFailure['code'], retryAfter?: number): TokenFailure {
  const renewAt = monotonicNow() + (retryAfter === undefined ? failureMs : retryAfter * 1000);
  const message = `Mintgate gave no token for this subgraph: ${code}.`;
  return { kind: 'failure', code, message, retryAfter, renewAt };
}

// A header takes nothing else.
const isCompactJws = (text: string) => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);

const isCode = (code: string): code is TokenFailure['code'] => Object.hasOwn(errorCodes, code);

/** The parts of an answer that are read. Each is checked, because a URL may belong to any server. */
interface Answer {
  data?: { sessionToken?: { jwt?: unknown; expiresIn?: unknown } | null } | null;
  errors?: readonly { extensions?: { code?: unknown; retryAfter?: unknown } }[];
}

function parseBody(text: string): Answer {
  return JSON.parse(text) ?? {};
}
