import { decodeJwt } from 'jose';
import { readContinued } from './check-coprocessor.ts';
import type { Answered } from './planned-request.ts';

/** A token in an answer of the gateway. */
export interface Token {
  jwt: string;
  expiresAt?: string;
  claims?: Record<string, unknown>;
}

/** An error in an answer. */
export interface AnswerError {
  message: string;
  extensions?: { code?: string; retryAfter?: number | undefined; reason?: string };
}

/** An answer in the form of GraphQL, which those of the other doors are translated into. */
interface ReadAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly AnswerError[];
}

/** Adds a violation of one answer. @param detail - @default the beginning of the body */
export type Report = (what: string, detail?: string) => void;

/** The time between the clock of the gateway and that of the test at an answer, in seconds: it travels, and is rounded. */
const clockSlack = 2;

/** The codes of the errors of the token exchange, by docs/token-exchange.md. */
const exchangeErrors: readonly (readonly [
  status: number,
  error: string,
  description: RegExp,
  code: string,
])[] = [
  [400, 'invalid_request', /subject_token is refused/, 'UNAUTHENTICATED'],
  [400, 'invalid_request', /may not have a token/, 'FORBIDDEN'],
  [400, 'invalid_target', /no token for this audience/, 'TEMPLATE_NOT_FOUND'],
  [429, 'temporarily_unavailable', /./, 'RATE_LIMITED'],
  [503, 'temporarily_unavailable', /./, 'UPSTREAM_UNAVAILABLE'],
  [500, 'server_error', /./, 'INTERNAL_SERVER_ERROR'],
];

/** Reads an answer, and checks what its door alone has. @returns undefined when it is not JSON */
export function readAnswer(answered: Answered, report: Report): ReadAnswer | undefined {
  const body = parsed(answered.body);
  if (body === undefined) return undefined;
  if (answered.planned.door === 'exchange') return readExchange(answered, body, report);
  if (answered.planned.door === 'coprocessor') return readCoprocessor(answered, body, report);
  return body;
}

// biome-ignore lint/suspicious/noExplicitAny: the body of an answer, which the checks compare with the expected one.
function parsed(body: string): any {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

interface ExchangeAnswer {
  access_token?: string;
  token_type?: string;
  expires_in?: number;
  error?: string;
  error_description?: string;
}

function readExchange(answered: Answered, answer: ExchangeAnswer, report: Report): ReadAnswer {
  const { status, retryAfter } = answered;
  const { access_token: jwt, token_type, expires_in, error = '', error_description = '' } = answer;
  if (status === 200 && jwt !== undefined) {
    if (token_type !== 'Bearer') report('a wrong token_type');
    checkExpiry(answered, jwt, expires_in, report);
    return { data: { t0: { jwt } } };
  }
  const [, , , code = status < 500 ? 'BAD_REQUEST' : 'none'] =
    exchangeErrors.find(
      ([expectedStatus, expectedError, description]) =>
        status === expectedStatus && error === expectedError && description.test(error_description),
    ) ?? [];
  return { errors: [{ message: `${error}: ${error_description}`, extensions: { code, retryAfter } }] };
}

function checkExpiry({ sentAt, answeredAt }: Answered, jwt: string, expiresIn = Number.NaN, report: Report) {
  const { exp = 0 } = decodeJwt(jwt);
  const clock = exp - expiresIn;
  const isRight = clock > sentAt / 1_000 - clockSlack && clock < answeredAt.to / 1_000 + clockSlack;
  // The time left is never negative.
  if (!isRight && expiresIn !== 0) report('a wrong expires_in', `exp ${exp}, expires_in ${expiresIn}`);
}

interface CoprocessorAnswer {
  control?: unknown;
  headers?: Record<string, string[]>;
  body?: { errors?: AnswerError[] };
  error?: string;
}

function readCoprocessor(
  { planned, status }: Answered,
  { control, headers, body, error = '' }: CoprocessorAnswer,
  report: Report,
): ReadAnswer {
  if (status !== 200) return { errors: [{ message: error, extensions: { code: 'BAD_REQUEST' } }] };
  if (control !== 'continue') return { errors: body?.errors ?? [] };
  const jwt = readContinued(planned, headers, report);
  return { data: jwt === undefined ? {} : { t0: { jwt } } };
}
