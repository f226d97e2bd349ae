import { expect, test } from 'vitest';
import type { ApiError } from '../../../src/local-clerk/errors/api-error.ts';
import * as catalog from '../../../src/local-clerk/errors/error-catalog.ts';

const notFound = 'resource_not_found';

test.each<[string, ApiError, number, string, string]>([
  ['keyMissing', catalog.keyMissing(), 401, 'authorization_header_format_invalid', 'Bearer <YOUR_API_KEY>'],
  ['keyInvalid', catalog.keyInvalid(), 401, 'clerk_key_invalid', 'Clerk Secret Key is invalid'],
  [
    'sessionNotFound',
    catalog.sessionNotFound('sess_x'),
    404,
    notFound,
    'No session was found with id sess_x',
  ],
  ['sessionNotUsable', catalog.sessionNotUsable('sess_x'), 401, 'unauthorized_action_for_session', 'sess_x'],
  ['templateNotFound', catalog.templateNotFound('name', 'a'), 404, notFound, 'template exists with name: a'],
  ['userNotFound', catalog.userNotFound('user_x'), 404, notFound, 'No user was found with id user_x'],
  ['organizationNotFound', catalog.organizationNotFound(), 404, notFound, 'Given organization not found.'],
  ['urlNotFound', catalog.urlNotFound(), 404, notFound, 'The URL was not found'],
  ['userBanned', catalog.userBanned(), 403, 'user_banned', 'You have been banned.'],
  ['reservedClaim', catalog.reservedClaim('sub'), 400, 'jwt_template_reserved_claim', "claim: 'sub'"],
  ['bodyInvalid', catalog.bodyInvalid(), 400, 'request_body_invalid', 'The request body is invalid.'],
  ['bodyTooLarge', catalog.bodyTooLarge(), 413, 'request_body_too_large', 'larger than'],
  ['hostInvalid', catalog.hostInvalid(), 400, 'host_invalid', 'loopback names'],
  ['tooManyRequests', catalog.tooManyRequests(7), 429, 'too_many_requests', 'Too many requests.'],
  ['unexpected', catalog.unexpected(), 500, 'internal_clerk_error', 'The local Clerk failed.'],
])('%s has the status and the code of Clerk', (_name, error, status, code, text) => {
  expect([error.status, error.entry.code]).toEqual([status, code]);
  expect(error.entry.longMessage).toContain(text);
});

test('only the short message distinguishes an unknown session from an unknown template', () => {
  expect(catalog.sessionNotFound('a').entry.message).toBe('Session not found');
  expect(catalog.templateNotFound('id', 'a').entry.message).toBe('JWT template not found');
});

test('a body that is too large closes the connection', () => {
  expect(catalog.bodyTooLarge().headers).toEqual({ connection: 'close' });
});

test('the error for too many requests has the seconds to wait', () => {
  expect(catalog.tooManyRequests(7).headers).toEqual({ 'retry-after': '7' });
});

test.each([
  ['form_param_missing', 'is missing'],
  ['form_param_unknown', 'is unknown'],
  ['form_param_value_invalid', 'is invalid'],
  ['form_resource_not_found', 'is invalid'],
])('the parameter error %s %s', (code, message) => {
  const { status, entry } = catalog.parameterInvalid(code, 'name', 'A sentence.');
  expect(status).toBe(422);
  expect(entry).toEqual({ code, message, longMessage: 'A sentence.', meta: { param_name: 'name' } });
});
