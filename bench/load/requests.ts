import { RenewedSessionTokenDocument } from '../../src/client/documents.ts';
import { createTokenSource } from '../../src/client/index.ts';
import { origin } from './origin.ts';

/** A request without its session token. */
export interface TokenRequest {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * The headers of a cross-site `fetch` of Chromium 153 over HTTP/1.1 in its order, as recorded from a page with `mintgate/client`. The values
 * are those of a user's browser: the recorded headless one names itself and sends no `Accept-Language`. The load adds `Host`, `Connection`,
 * `Content-Length` and `authorization`.
 */
const browserHeaders = {
  'sec-ch-ua-platform': '"Windows"',
  'User-Agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36',
  'sec-ch-ua': '"Google Chrome";v="153", "Not_A Brand";v="8", "Chromium";v="153"',
  'content-type': 'application/json',
  'sec-ch-ua-mobile': '?0',
  Accept: '*/*',
  Origin: origin,
  'Sec-Fetch-Site': 'cross-site',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Dest': 'empty',
  Referer: `${origin}/`,
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-US,en;q=0.9',
};

/** Returns the request of `mintgate/client` in a browser, with the `operationName` that other clients add. */
export async function clientRequest(template: string): Promise<TokenRequest> {
  const body: object = JSON.parse(await clientBody(template));
  return {
    headers: browserHeaders,
    body: JSON.stringify({ operationName: 'SessionToken', ...body }),
  };
}

/** Returns the shortest request: two headers, no variables. */
export function plainRequest(template: string): TokenRequest {
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ sessionToken(template: "${template}") { jwt expiresAt } }` }),
  };
}

/** Returns the request for an event stream in a browser. */
export function streamRequest(template: string): TokenRequest {
  return {
    headers: { ...browserHeaders, Accept: 'text/event-stream' },
    body: JSON.stringify({ query: RenewedSessionTokenDocument, variables: { template } }),
  };
}

/** Lets `mintgate/client` send its request, and returns the body. */
async function clientBody(template: string): Promise<string> {
  let sent = '';
  const source = createTokenSource({
    ...{ url: 'http://127.0.0.1/graphql', template },
    credentials: { getToken: () => 'a.b.c' },
    fetch: async (_url, init) => {
      sent = String(init?.body);
      return Response.json({ data: { sessionToken: { jwt: 'a.b.c', expiresIn: 60 } } });
    },
  });
  await source.getToken();
  source.dispose();
  return sent;
}
