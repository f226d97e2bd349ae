import { decodeJwt, type JWTPayload } from 'jose';
import { errorCodes } from '../../src/index.ts';
import { internalErrorFaults } from './clerk-faults.ts';
import { maxStaleAge, type Template, templates } from './configuration.ts';
import type { Answered, TokenField } from './planned-request.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';

/** A token in an answer of the gateway. */
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

/** The outcome of a request, as the report names it. */
type Outcome = string;

/** The time for which a fault affects answers after its end, in milliseconds: calls that began during it end later. */
const aftereffectMs = 4_000;
/** The longest transit of an answer from the gateway to the client on a busy machine, in milliseconds. */
const transitMs = 1_000;

interface AnswerChecksOptions {
  timeline: Timeline;
  violations: Violations;
  /** Called for each token in an answer. */
  onToken: (answered: Answered, jwt: string) => void;
  /** Called for each answer that contains fields of the calling session. */
  onSession: (answered: Answered) => void;
}

/** Creates a function that checks one answer by itself and returns its outcome. */
export function answerChecks({ timeline, violations, onToken, onSession }: AnswerChecksOptions) {
  // The first holder of each token, by its `jti`: one cache key serves one session in one organization.
  const holders = new Map<string, string>();

  return (answered: Answered): Outcome => {
    const { planned, status, body } = answered;
    const object = (what: string, detail = '') =>
      violations.add(
        what,
        `${planned.kind}, HTTP ${status}: ${detail || body.slice(0, 300)}`,
        answered.answeredAt,
      );

    if (planned.expected === 'health' || planned.expected === 'readiness') {
      if (status !== 200 && (planned.expected === 'health' || status !== 503))
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
    if (planned.expected === 'refused') {
      if (status < 400 && (errors.length === 0 || answer.data)) object('a malformed request was not refused');
      return `HTTP ${status}`;
    }
    if (status !== 200) object('a GraphQL request was not executed');
    const tokens = tokensIn(answer.data);
    if (errors.length === 0 && answer.data === undefined) object('neither data nor errors');
    for (const [alias, token] of tokens) checkToken(answered, planned.tokenFields[alias], token, object);
    if (planned.bearer && isSession(answer.data?.session)) onSession(answered);
    const codes = [...new Set(errors.map(({ extensions }) => extensions?.code ?? 'none'))];
    return [...(tokens.length > 0 ? ['token'] : []), ...codes].join(' + ') || 'data';
  };

  function mayBeInternal({ sentAt, answeredAt }: Answered): boolean {
    return [...internalErrorFaults].some(([fault, after]) =>
      timeline.faults('clerk', sentAt - aftereffectMs - after, answeredAt).includes(fault),
    );
  }

  function checkToken(
    answered: Answered,
    tokenFields: TokenField | undefined,
    token: Token,
    object: (what: string, detail?: string) => void,
  ): void {
    const { planned, sentAt, answeredAt } = answered;
    const { bearer } = planned;
    if (planned.expected !== 'tokens' || bearer === undefined || tokenFields === undefined) {
      object('a token in an answer that must have none', planned.kind);
      return;
    }
    onToken(answered, token.jwt);
    const claims: JWTPayload & { organization_id?: string } = decodeJwt(token.jwt);
    const { sub, iat = 0, exp = 0, jti = '' } = claims;
    const bearerIs = `${bearer.session.id}, organization ${bearer.token.organizationId}`;
    const holder = holders.get(jti) ?? bearerIs;
    holders.set(jti, holder);
    if (holder !== bearerIs) object('a token of another holder', `${holder}; returned to ${bearerIs}`);
    const times = `iat ${iat}, exp ${exp}, sent ${sentAt}, answered ${answeredAt}`;
    if (sub !== bearer.session.userId || token.claims.sub !== sub) object("another user's token", times);
    if (exp * 1000 <= answeredAt - transitMs) object('an expired token', times);
    if (Date.parse(token.expiresAt) !== exp * 1000) object('a wrong expiresAt', times);
    if (exp - iat > 3_600) object('a token that lives too long', times);
    if (tokenFields.fresh && iat < Math.floor(sentAt / 1000)) object('a held token for fresh: true', times);
    const { maxCacheAge = 60 } = templates[tokenFields.template as Template] as { maxCacheAge?: number };
    if (answeredAt / 1000 - iat > Math.max(maxCacheAge, maxStaleAge) + 1 + transitMs / 1000)
      object('a token held too long', times);
    if (
      tokenFields.template === 'reports' &&
      (claims.organization_id ?? null) !== bearer.token.organizationId
    )
      object("another organization's token", times);
  }
}

/** Parses the body of an answer; undefined when it is not JSON. */
function parsed(body: string): GraphQLAnswer | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Returns the tokens at any depth of an answer, with their aliases. */
function tokensIn(data: unknown): [alias: string, token: Token][] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([name, value]): [string, Token][] =>
    typeof value?.jwt === 'string' ? [[name, value]] : tokensIn(value),
  );
}

function isSession(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
