import { afterEach } from 'vitest';
import { createTokenSource, type TokenSource, type TokenSourceOptions } from '../../src/client/index.ts';

/** A request as a gateway sees it. */
export interface Asked {
  url: string;
  /** The session token, or undefined. */
  bearer: string | undefined;
  fresh: boolean;
  template: string;
  init: RequestInit;
  /** When, in whole seconds since the gateway was made. */
  second: number;
}

/** What a gateway answers: a token, or what is wrong. */
export type GatewayAnswer =
  | { jwt: string; expiresIn: number }
  | { code: string; retryAfter?: number }
  | Response
  | Error;

/** A gateway that is a function: it answers `token-1`, `token-2`, and so on, each of a minute, after 100 ms. */
export function fakeGateway() {
  const began = performance.now();
  const gateway = {
    url: 'https://tokens.example.com/graphql',
    asked: [] as Asked[],
    /** Milliseconds until it answers. */
    latency: 100,
    answer: (_asked: Asked): GatewayAnswer => ({ jwt: `token-${gateway.asked.length}`, expiresIn: 60 }),
    fetch: async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
      const { variables } = JSON.parse(String(init.body)) as {
        variables: { template: string; fresh: boolean };
      };
      const authorization = new Headers(init.headers).get('authorization') ?? undefined;
      const asked = {
        url: String(url),
        bearer: authorization?.replace('Bearer ', ''),
        init,
        second: Math.round((performance.now() - began) / 1000),
        ...variables,
      };
      gateway.asked.push(asked);
      const answer = gateway.answer(asked);
      await passing(gateway.latency, init.signal ?? undefined);
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

/** Milliseconds, cut short by the signal as `fetch` is. */
function passing(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** A session token as Clerk's, but for its signature. Each is another text. */
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

/** What Clerk's browser SDK is to a source: who is signed in, and their session token. */
export function fakeClerk() {
  const clerk = {
    /** The session token; null when nobody is signed in. */
    token: sessionToken() as string | null,
    /** How often it was asked for, and how. */
    reads: [] as { skipCache: boolean }[],
    getToken: (options: { skipCache: boolean }): string | null | Promise<string | null> => {
      clerk.reads.push(options);
      return clerk.token;
    },
  };
  return clerk;
}

/** Makes sources of a new gateway and a new Clerk; they end with the test. */
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
