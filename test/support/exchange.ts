import type { FetchGateway } from '../../src/gateway/fetch-gateway.ts';
import { gatewayOrigin } from './gateway.ts';

export const exchangeUrl = `${gatewayOrigin}/token`;

export const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';

export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const;

/** The audience of the template `hasura`. */
export const audience = 'https://api.example.com';

/** Audiences of templates that `workingOptions` configures. */
export const tokenExchange = { [audience]: 'hasura', reports: 'reports', ghost: 'ghost', nhost: 'nhost' };

/** Parameters of a form; `undefined` leaves one out. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** Returns a complete form without a session token, overridden by these parameters. */
export function exchangeForm(parameters: Parameters): URLSearchParams {
  const all = { grant_type: grantType, subject_token_type: tokenTypes.jwt, audience, ...parameters };
  return new URLSearchParams(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** An answer of the token exchange. */
export interface ExchangeAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows its answer
  body: any;
}

/** Sends a form to the token exchange of a gateway. */
export async function exchange(
  gateway: Pick<FetchGateway, 'fetch'>,
  form: Parameters | URLSearchParams | string,
  headers: Record<string, string> = {},
  hostContext?: object,
): Promise<ExchangeAnswer> {
  const body = typeof form === 'string' || form instanceof URLSearchParams ? form : exchangeForm(form);
  const all = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  const request = new Request(exchangeUrl, { method: 'POST', headers: all, body: String(body) });
  const answer = await gateway.fetch(request, hostContext);
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}
