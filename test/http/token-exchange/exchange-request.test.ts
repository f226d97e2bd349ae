import { describe, expect, test } from 'vitest';
import { readExchange } from '../../../src/http/token-exchange/exchange-request.ts';
import {
  audience,
  exchangeForm,
  exchangeUrl,
  grantType,
  type Parameters,
  tokenTypes,
} from '../../support/exchange.ts';

const sessionToken = 'a.b.c';
const formType = 'application/x-www-form-urlencoded';

function read(body: URLSearchParams | string, contentType = formType) {
  const headers = { 'content-type': contentType };
  return readExchange(new Request(exchangeUrl, { method: 'POST', headers, body: String(body) }), {});
}

const readForm = (parameters: Parameters) =>
  read(exchangeForm({ subject_token: sessionToken, ...parameters }));

describe('the parameters of an exchange', () => {
  test.each<[string, Parameters]>([
    ['with the type of a JWT', {}],
    ['with the type of an access token', { subject_token_type: tokenTypes.accessToken }],
    ['with the requested type', { requested_token_type: tokenTypes.accessToken }],
    ['with the id of a client, which has no effect', { client_id: 'inventory', client_secret: 'x' }],
    ['with unknown parameters', { constructor: '1', prompt: 'none' }],
    [
      'with parameters without a value',
      { scope: '', actor_token: '', resource: '', requested_token_type: '' },
    ],
  ])('are read %s', async (_what, parameters) => {
    expect(await readForm(parameters)).toEqual({ audience, sessionToken });
  });

  test.each<[string, Parameters, string]>([
    ['no grant type', { grant_type: undefined }, 'The parameter grant_type is missing.'],
    ['an empty grant type', { grant_type: '' }, 'The parameter grant_type is missing.'],
    ['no session token', { subject_token: undefined }, 'The parameter subject_token is missing.'],
    ['no type', { subject_token_type: undefined }, 'The parameter subject_token_type is missing.'],
    ['no audience', { audience: '' }, 'The parameter audience is missing.'],
    ['an actor', { actor_token: 'a.b.c' }, 'The parameter actor_token is not supported: leave it out.'],
    ['the type of an actor', { actor_token_type: tokenTypes.jwt }, 'The parameter actor_token_type is'],
    ['a scope', { scope: 'read' }, 'The parameter scope is not supported: leave it out.'],
    ['another type', { subject_token_type: 'urn:x' }, 'The subject_token_type is not '],
    ['a requested JWT', { requested_token_type: tokenTypes.jwt }, 'The requested_token_type is not '],
    ['two tokens', { subject_token: 'a.b.c d.e.f' }, 'The subject_token is not a JWT'],
    ['a line feed', { subject_token: 'a.b.c\n' }, 'The subject_token is not a JWT'],
    ['a space before the token', { subject_token: ' a.b.c' }, 'The subject_token is not a JWT'],
    ['other letters', { subject_token: 'ä.b.c' }, 'The subject_token is not a JWT'],
  ])('E06 are refused with %s', async (_what, parameters, message) => {
    await expect(readForm(parameters)).rejects.toMatchObject({
      ...{ status: 400, code: 'invalid_request' },
      message: expect.stringContaining(message),
    });
  });

  test.each(['audience', 'subject_token', 'grant_type', 'prompt', 'scope'])(
    'E06 are refused where %s is repeated, with or without a value',
    async (name) => {
      for (const value of ['x', '']) {
        const form = exchangeForm({ subject_token: sessionToken, prompt: '1', scope: '' });
        form.append(name, value);
        await expect(read(form)).rejects.toMatchObject({
          ...{ status: 400, code: 'invalid_request', message: expect.stringContaining('repeated') },
        });
      }
    },
  );

  test.each(['password', 'client_credentials', grantType.toUpperCase(), ` ${grantType}`])(
    'E06 are refused with the grant type %j',
    async (grant_type) => {
      await expect(readForm({ grant_type })).rejects.toMatchObject({ code: 'unsupported_grant_type' });
    },
  );

  test('E06 name the target by audience, not by resource', async () => {
    await expect(readForm({ resource: 'https://api.example.com' })).rejects.toMatchObject({
      ...{ status: 400, code: 'invalid_target' },
    });
  });
});

describe('the body of an exchange', () => {
  test.each(['', 'text/plain', 'application/json', 'multipart/form-data', `${formType}; charset=latin1`])(
    'E06 is refused with the media type %j',
    async (type) => {
      await expect(read(exchangeForm({ subject_token: 'a.b.c' }), type)).rejects.toMatchObject({
        ...{ status: 415, code: 'invalid_request' },
      });
    },
  );

  test('E06 has at most 16 kB', async () => {
    const form = (length: number) => {
      const start = `${exchangeForm({ subject_token: sessionToken })}&x=`;
      return start + 'x'.repeat(length - start.length);
    };
    expect(await read(form(16_384))).toEqual({ audience, sessionToken });
    await expect(read(form(16_385))).rejects.toMatchObject({ status: 413 });
  });

  test('E06 is refused as JSON, and with nothing in it', async () => {
    for (const body of ['', '{}', '\ufeff', '%', '&&=', '%ff%fe=1'])
      await expect(read(body)).rejects.toMatchObject({ message: 'The parameter grant_type is missing.' });
  });
});
