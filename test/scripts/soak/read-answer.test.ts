import { expect, test } from 'vitest';
import { checkAnswer, createAnswerChecks } from '../../../scripts/soak/check-answer.ts';
import { throughDoor } from '../../../scripts/soak/door-requests.ts';
import type { Answered, Door } from '../../../scripts/soak/planned-request.ts';
import { answer, createRun, planned, templateToken, useFakeClock } from './fixtures.ts';

useFakeClock();

const jwt = templateToken(0);
const credentials = { authorization: 'Bearer session.token', cookie: '__session=session.token' };

/** Checks an answer through a door. @returns the outcome, and the violations */
function check(
  door: Door,
  body: object,
  { template = 'hasura', ...more }: Partial<Answered> & { template?: string } = {},
) {
  const { timeline, violations } = createRun();
  const random = { chance: () => door === 'exchange' } as never;
  const asked = throughDoor(random, { ...planned(template), headers: credentials });
  const checks = createAnswerChecks({ timeline, violations, onAnswer: () => {} });
  const outcome = checkAnswer(checks, { ...answer(body, 1_000), planned: asked, ...more });
  return [outcome, violations.describe().join('\n')];
}

const exchanged = { access_token: jwt, token_type: 'Bearer', expires_in: 59 };
const refused = (error: string, error_description: string) => ({ error, error_description });

test('an exchange returns a token with the time that it has left', () => {
  expect(check('exchange', exchanged)).toEqual(['token', '']);
  const [, wrong] = check('exchange', { ...exchanged, expires_in: 300 });
  expect(wrong).toMatch(/a wrong expires_in/);
});

test('a refused exchange has the code that docs/token-exchange.md gives its error', () => {
  const revoked = refused('invalid_request', 'The subject_token is refused: send the current session token.');
  expect(check('exchange', revoked, { status: 400 })).toEqual(['UNAUTHENTICATED', '']);
  const busy = refused('temporarily_unavailable', 'Too many tokens.');
  expect(check('exchange', busy, { status: 429, retryAfter: 2 })).toEqual(['RATE_LIMITED', '']);
  expect(check('exchange', busy, { status: 429 })[1]).toMatch(/RATE_LIMITED without retryAfter/);
  expect(check('exchange', busy, { status: 503, retryAfter: 2 })).toEqual(['UPSTREAM_UNAVAILABLE', '']);
});

test('an exchange must not fail by its form, without a fault, or by another status', () => {
  const form = refused('invalid_request', 'A parameter is repeated.');
  expect(check('exchange', form, { status: 400 })[1]).toMatch(/a request was not executed/);
  expect(check('exchange', refused('server_error', 'Unexpected error.'), { status: 500 })[1]).toMatch(
    /an internal error/,
  );
  expect(check('exchange', {}, { status: 502 })[1]).toMatch(/an error without a known code/);
});

const onward = (headers: object) => ({ control: 'continue', headers: { 'x-kept': ['kept'], ...headers } });

test('a subgraph is asked with its token in its header, and with the other headers of the request', () => {
  expect(check('coprocessor', onward({ authorization: [`Bearer ${jwt}`] }))).toEqual(['token', '']);
  expect(check('coprocessor', onward({ 'x-short-token': [jwt] }), { template: 'short' })).toEqual([
    ...['token', ''],
  ]);
  const lost = { control: 'continue', headers: { authorization: [`Bearer ${jwt}`] } };
  expect(check('coprocessor', lost)[1]).toMatch(/a header is lost/);
});

test('no credential of the caller may go on to a subgraph', () => {
  const token = { authorization: [`Bearer ${jwt}`] };
  const credential = /a credential of the caller/;
  expect(check('coprocessor', { control: 'continue' })[1]).toMatch(credential);
  expect(check('coprocessor', onward({ ...token, cookie: ['a=b; __session=x'] }))[1]).toMatch(credential);
  const sent = onward({ 'x-short-token': ['sent.by.client'] });
  expect(check('coprocessor', sent, { template: 'short' })[1]).toMatch(credential);
});

test('a signed-in caller is anonymous only where the subgraph allows it', () => {
  expect(check('coprocessor', onward({}))[1]).toMatch(/a subgraph is asked without its token/);
  expect(check('coprocessor', onward({}), { template: 'uncached' })).toEqual(['data', '']);
});

test('a refused subgraph has an error with a code, and the coprocessor itself answers 200', () => {
  const error = { message: 'Refused.', extensions: { code: 'UNAUTHENTICATED' } };
  const refusal = { control: { break: 401 }, body: { errors: [error] } };
  expect(check('coprocessor', refusal)).toEqual(['UNAUTHENTICATED', '']);
  expect(check('coprocessor', { control: { break: 401 } })[1]).toMatch(/neither data nor errors/);
  expect(check('coprocessor', { error: 'Not found.' }, { status: 404 })[1]).toMatch(
    /a request was not executed/,
  );
});
