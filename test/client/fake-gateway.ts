import { afterEach } from 'vitest';
import { createTokenSource, type TokenSource, type TokenSourceOptions } from '../../src/client/index.ts';

/** A request as the fake gateway receives it. */
interface GatewayRequest {
  url: string;
  /** The session token, or undefined. */
  bearer: string | undefined;
  fresh: boolean;
  template: string;
  init: RequestInit;
  /** The time of its arrival, in whole seconds since the gateway was created. */
  second: number;
}

/** An answer of the fake gateway: a token, the extensions of an error, a whole response, or a failure of the network. */
export type GatewayAnswer =
  | { jwt: string; expiresIn: number }
  | { code: string; retryAfter?: number }
  | Response
  | Error;

/** Creates a gateway without a network. It answers after 100 ms with `token-1`, `token-2` and so on, which live for a minute. */
export function fakeGateway() {
  const began = performance.now();
  const gateway = {
    url: 'https://tokens.example.com/graphql',
    requests: [] as GatewayRequest[],
    /** Milliseconds until it answers. */
    latency: 100,
    answer: (_request: GatewayRequest): GatewayAnswer => ({
      jwt: `token-${gateway.requests.length}`,
      expiresIn: 60,
    }),
    fetch: async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
      const { variables } = JSON.parse(String(init.body)) as {
        variables: { template: string; fresh: boolean };
      };
      const authorization = new Headers(init.headers).get('authorization') ?? undefined;
      const request = {
        url: String(url),
        bearer: authorization?.replace('Bearer ', ''),
        init,
        second: Math.round((performance.now() - began) / 1000),
        ...variables,
      };
      gateway.requests.push(request);
      const answer = gateway.answer(request);
      await waitFor(gateway.latency, init.signal ?? undefined);
      if (answer instanceof Error) throw answer;
      return answer instanceof Response ? answer : graphqlAnswer(answer);
    },
  };
  return gateway;
}

function graphqlAnswer(answer: Exclude<GatewayAnswer, Response | Error>): Response {
  if ('jwt' in answer) return Response.json({ data: { sessionToken: answer } });
  return Response.json({ data: { sessionToken: null }, errors: [{ message: 'no', extensions: answer }] });
}

/** Waits, and rejects when the signal is aborted, as `fetch` does. */
function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** Creates a session token like Clerk's, without a valid signature. Each one is different. */
export function sessionToken(claims: Record<string, unknown> = {}): string {
  serial += 1;
  const payload = {
    sid: 'sess_ada',
    sub: 'user_ada',
    jti: String(serial),
    iat: serial,
    exp: serial + 60,
    ...claims,
  };
  return ['{"alg":"RS256"}', JSON.stringify(payload), 'unsigned']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}
let serial = 0;

/** Creates a stand-in for Clerk's browser SDK, with Ada signed in. */
export function fakeClerk() {
  const clerk = {
    /** The session token; null when no session is signed in. */
    token: sessionToken() as string | null,
    /** The options of each read of the session token. */
    reads: [] as { skipCache: boolean }[],
    getToken: (options: { skipCache: boolean }): string | null | Promise<string | null> => {
      clerk.reads.push(options);
      return clerk.token;
    },
  };
  return clerk;
}

/** Returns a function that creates a source with its own fake gateway and fake Clerk. Sources are disposed after the test. */
export function useSources() {
  const open: TokenSource[] = [];
  afterEach(() => {
    for (const source of open.splice(0)) source.dispose();
  });
  return (options: Partial<TokenSourceOptions> = {}) => {
    const gateway = fakeGateway();
    const clerk = fakeClerk();
    const source = createTokenSource({
      url: gateway.url,
      template: 'hasura',
      credentials: clerk,
      fetch: gateway.fetch,
      ...options,
    });
    open.push(source);
    return { gateway, clerk, source };
  };
}
