import { decodeJwt, type JWTPayload } from 'jose';
import { errorCodes } from '../../src/index.ts';
import { internalErrorFaults } from './clerk-faults.ts';
import { cacheAgeOf, maxStaleAge, modeOf } from './configuration.ts';
import { widen } from './period.ts';
import type { Answered, TokenField } from './planned-request.ts';
import { type AnswerError, type Report, readAnswer, type Token } from './read-answer.ts';
import { secretMark } from './secrets.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';

/** The outcome of a request, as the report names it. */
type Outcome = string;

/** The time for which a fault affects answers after its end, in milliseconds: calls that began during it end later. */
const aftereffectMs = 4_000;
/** The longest transit of an answer from the gateway to the client on a busy machine, in milliseconds. */
const transitMs = 1_000;

interface AnswerChecksOptions {
  timeline: Timeline;
  violations: Violations;
  /** Called for each answer of a session to a request that may return tokens, with these by their aliases. */
  onAnswer: (answered: Answered, tokens: ReadonlyMap<string, string>, hasSession: boolean) => void;
}

/** The state of the checks of a run. */
export interface AnswerChecks extends AnswerChecksOptions {
  /** The first holder of each token, by its `jti`: one cache key serves one session in one organization. */
  holders: Map<string, string>;
}

/** Creates the state of checks before the first answer. */
export function createAnswerChecks(options: AnswerChecksOptions): AnswerChecks {
  return { ...options, holders: new Map() };
}

/** Checks one answer by itself, and adds its violations. @returns the outcome for the report */
export function checkAnswer(checks: AnswerChecks, answered: Answered): Outcome {
  const { planned, status, body, sentAt, answeredAt } = answered;
  const report: Report = (what, detail = body.slice(0, 300)) =>
    checks.violations.add(what, `${planned.kind}, HTTP ${status}: ${detail}`, {
      from: sentAt,
      to: answeredAt.to,
    });

  if (planned.expected === 'health' || planned.expected === 'readiness') {
    if (status !== 200 && (planned.expected === 'health' || status !== 503))
      report('a wrong status of health or readiness');
    return `HTTP ${status}`;
  }
  if (body.includes(secretMark)) report('a secret in an answer');
  // The codes of an exchange tell whether its 5xx is explained.
  if (status >= 500 && planned.door !== 'exchange') report('a 5xx');
  const answer = readAnswer(answered, report);
  if (answer === undefined) {
    report('an answer that is not JSON');
    return 'not JSON';
  }
  const errors = answer.errors ?? [];
  checkErrors(checks, answered, errors, report);
  if (planned.expected === 'refused') {
    if (status < 400 && (errors.length === 0 || answer.data)) report('a malformed request was not refused');
    return `HTTP ${status}`;
  }
  if (!isExecuted(answered, errors)) report('a request was not executed');
  const tokens = tokensIn(answer.data);
  if (errors.length === 0 && answer.data === undefined) report('neither data nor errors');
  for (const [alias, token] of tokens)
    checkToken(checks, answered, planned.tokenFields[alias], token, report);
  if (planned.bearer && planned.expected === 'tokens') {
    const jwts = new Map(tokens.map(([alias, { jwt }]) => [alias, jwt]));
    checks.onAnswer(answered, jwts, isSession(answer.data?.session));
  }
  const codes = [...new Set(errors.map(({ extensions }) => extensions?.code ?? 'none'))];
  return [...(tokens.length > 0 ? ['token'] : []), ...codes].join(' + ') || 'data';
}

function checkErrors(
  { timeline }: AnswerChecks,
  answered: Answered,
  errors: readonly AnswerError[],
  report: Report,
): void {
  for (const { message, extensions: { code = 'none', retryAfter, reason } = {} } of errors) {
    if (!Object.hasOwn(errorCodes, code)) report('an error without a known code', `${code}: ${message}`);
    if (code === 'INTERNAL_SERVER_ERROR' && !isExplained(timeline, answered, reason))
      report('an internal error');
    if (code === 'RATE_LIMITED' && !(retryAfter && retryAfter > 0)) report('RATE_LIMITED without retryAfter');
  }
  if (/(?<![\w-])eyJ[\w-]{17,}|sk_test_\w{4,}|whsec_\w{4,}|soak-secret-/.test(JSON.stringify(errors)))
    report('a secret in an error');
}

/** An exchange is refused by its status: one by a session must not be refused for its form. */
function isExecuted({ planned, status }: Answered, errors: readonly AnswerError[]): boolean {
  if (planned.door !== 'exchange') return status === 200;
  return !planned.bearer || errors.every(({ extensions }) => extensions?.code !== 'BAD_REQUEST');
}

/**
 * Returns whether an injected fault explains an internal error.
 *
 * @param reason - of the error; gateways in production tell none, and doors other than GraphQL never do
 */
function isExplained(timeline: Timeline, answered: Answered, reason = ''): boolean {
  const { gateway, planned, sentAt, answeredAt } = answered;
  return internalErrorFaults.some(({ fault, afterMs, reason: expected }) => {
    const period = widen({ from: sentAt, to: answeredAt.to }, aftereffectMs + afterMs, 0);
    if (!timeline.faults('clerk', period).includes(fault)) return false;
    return modeOf(gateway) === 'production' || planned.door !== undefined || expected.test(reason);
  });
}

function checkToken(
  { holders }: AnswerChecks,
  answered: Answered,
  tokenField: TokenField | undefined,
  token: Token,
  report: Report,
): void {
  const { planned, sentAt, answeredAt } = answered;
  const { bearer } = planned;
  if (planned.expected !== 'tokens' || bearer === undefined || tokenField === undefined) {
    report('a token in an answer that must have none', planned.kind);
    return;
  }
  const claims: JWTPayload & { organization_id?: string } = decodeJwt(token.jwt);
  const { sub, iat = 0, exp = 0, jti = '' } = claims;
  const bearerIs = `${bearer.session.id}, organization ${bearer.token.organizationId}`;
  const holder = holders.get(jti) ?? bearerIs;
  holders.set(jti, holder);
  if (holder !== bearerIs) report('a token of another holder', `${holder}; returned to ${bearerIs}`);
  const times = `iat ${iat}, exp ${exp}, sent ${sentAt}, answered ${answeredAt.from} to ${answeredAt.to}`;
  if (sub !== bearer.session.userId || (token.claims && token.claims.sub !== sub))
    report("another user's token", times);
  if (exp * 1000 <= answeredAt.from - transitMs) report('an expired token', times);
  if (token.expiresAt !== undefined && Date.parse(token.expiresAt) !== exp * 1000)
    report('a wrong expiresAt', times);
  if (exp - iat > 3_600) report('a token that lives too long', times);
  if (tokenField.fresh && iat < Math.floor(sentAt / 1000)) report('a held token for fresh: true', times);
  if (
    answeredAt.from / 1000 - iat >
    Math.max(cacheAgeOf(tokenField.template), maxStaleAge) + 1 + transitMs / 1000
  )
    report('a token held too long', times);
  if (tokenField.template === 'reports' && (claims.organization_id ?? null) !== bearer.token.organizationId)
    report("another organization's token", times);
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
