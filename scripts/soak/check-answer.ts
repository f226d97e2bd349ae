import { decodeJwt, type JWTPayload } from 'jose';
import { errorCodes } from '../../src/index.ts';
import type { Answered, Wanted } from './ask.ts';
import { innerFaults } from './clerk-faults.ts';
import { maxStaleAge, type Template, templates } from './setting.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';

/** A token as the gateway answers it. */
interface Token {
  jwt: string;
  expiresAt: string;
  expiresIn: number;
  claims: Record<string, unknown>;
}

interface GraphQLAnswer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string; retryAfter?: number } }[];
}

/** What came of a request, for the report. */
export type Outcome = string;

/** An outcome shows for a while after the fault that it comes of, in milliseconds: a call that began then ends now. */
const aftermath = 4_000;
/** What an answer may take from the gateway to its client on a busy machine, in milliseconds. */
const transit = 1_000;

export interface AnswerChecksOptions {
  timeline: Timeline;
  violations: Violations;
  /** Receives every token that was handed out. */
  onToken: (answered: Answered, jwt: string) => void;
  /** Told of every answer that says something of the session that asked. */
  onSession: (answered: Answered) => void;
}

/** Judges every answer by itself. @returns what to call it */
export function answerChecks({ timeline, violations, onToken, onSession }: AnswerChecksOptions) {
  // For whom each token was handed out first, by its `jti`: a key of the cache serves one session in one organization.
  const holders = new Map<string, string>();

  return (answered: Answered): Outcome => {
    const { ask, status, body } = answered;
    const object = (what: string, detail = '') =>
      violations.add(
        what,
        `${ask.kind}, HTTP ${status}: ${detail || body.slice(0, 300)}`,
        answered.answeredAt,
      );

    if (ask.expected === 'health' || ask.expected === 'readiness') {
      if (status !== 200 && (ask.expected === 'health' || status !== 503))
        object('a wrong status of health or readiness');
      return `HTTP ${status}`;
    }
    if (status >= 500) object('a 5xx');
    const answer = parsed(body);
    if (answer === undefined) {
      object('an answer that is not JSON');
      return 'not JSON';
    }
    const errors = answer.errors ?? [];
    for (const { message, extensions: { code = 'none', retryAfter } = {} } of errors) {
      if (!Object.hasOwn(errorCodes, code)) object('an error without a known code', `${code}: ${message}`);
      if (code === 'INTERNAL_SERVER_ERROR' && !mayBeInternal(answered)) object('an internal error');
      if (code === 'RATE_LIMITED' && !(retryAfter && retryAfter > 0))
        object('RATE_LIMITED without retryAfter');
    }
    if (/(?<![\w-])eyJ[\w-]{17,}|sk_test_\w{4,}|whsec_\w{4,}/.test(JSON.stringify(errors)))
      object('a secret in an error');
    if (ask.expected === 'refused') {
      if (status < 400 && (errors.length === 0 || answer.data)) object('a malformed request was not refused');
      return `HTTP ${status}`;
    }
    if (status !== 200) object('a GraphQL request was not executed');
    const tokens = tokensIn(answer.data);
    if (errors.length === 0 && answer.data === undefined) object('neither data nor errors');
    for (const [alias, token] of tokens) checkToken(answered, ask.wanted[alias], token, object);
    if (ask.bearer && isSession(answer.data?.session)) onSession(answered);
    const codes = [...new Set(errors.map(({ extensions }) => extensions?.code ?? 'none'))];
    return [...(tokens.length > 0 ? ['token'] : []), ...codes].join(' + ') || 'data';
  };

  function mayBeInternal({ sentAt, answeredAt }: Answered): boolean {
    return [...innerFaults].some(([fault, after]) =>
      timeline.faults('clerk', sentAt - aftermath - after, answeredAt).includes(fault),
    );
  }

  function checkToken(
    answered: Answered,
    wanted: Wanted | undefined,
    token: Token,
    object: (what: string, detail?: string) => void,
  ): void {
    const { ask, sentAt, answeredAt } = answered;
    const { bearer } = ask;
    if (ask.expected !== 'tokens' || bearer === undefined || wanted === undefined) {
      object('a token where there must be none', ask.kind);
      return;
    }
    onToken(answered, token.jwt);
    const claims: JWTPayload & { organization_id?: string } = decodeJwt(token.jwt);
    const { sub, iat = 0, exp = 0, jti = '' } = claims;
    const bearerIs = `${bearer.session.id}, organization ${bearer.token.organizationId}`;
    const holder = holders.get(jti) ?? bearerIs;
    holders.set(jti, holder);
    if (holder !== bearerIs) object('a token of another holder', `${holder}; handed to ${bearerIs}`);
    const times = `iat ${iat}, exp ${exp}, sent ${sentAt}, answered ${answeredAt}`;
    if (sub !== bearer.session.userId || token.claims.sub !== sub) object("another user's token", times);
    if (exp * 1000 <= answeredAt - transit) object('an expired token', times);
    if (Date.parse(token.expiresAt) !== exp * 1000) object('a wrong expiresAt', times);
    if (exp - iat > 3_600) object('a token that lives too long', times);
    if (wanted.fresh && iat < Math.floor(sentAt / 1000)) object('a held token for fresh: true', times);
    const { maxCacheAge = 60 } = templates[wanted.template as Template] as { maxCacheAge?: number };
    if (answeredAt / 1000 - iat > Math.max(maxCacheAge, maxStaleAge) + 1 + transit / 1000)
      object('a token held too long', times);
    if (wanted.template === 'reports' && (claims.organization_id ?? null) !== bearer.token.organizationId)
      object("another organization's token", times);
  }
}

/** The body of an answer; a small refusal by the listener is one, too. */
function parsed(body: string): GraphQLAnswer | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Every token of an answer, by its alias, wherever it is. */
function tokensIn(data: unknown): [alias: string, token: Token][] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([name, value]): [string, Token][] =>
    typeof value?.jwt === 'string' ? [[name, value]] : tokensIn(value),
  );
}

function isSession(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
