import { vi } from 'vitest';
import { clerkErrorBody } from './clerk-errors.ts';
import { tokenOf } from './engine.ts';
import type { Forge } from './tokens.ts';

/** What Clerk does with calls for tokens. */
export type ClerkState = (typeof clerkStates)[number];

export const clerkStates = [
  ...(['healthy', 'throttled', 'broken', 'unreachable', 'session ended', 'template unknown'] as const),
  ...(['no token', 'key refused'] as const),
];

/** A Clerk in this process: `fetch` reaches it without a socket, and equal calls of equal gateways get equal tokens. */
export interface ScriptedClerk {
  state: ClerkState;
  readonly apiUrl: string;
  /** Returns the calls for tokens of a gateway that have been answered. */
  answered(secretKey: string): number;
}

/** Claims of the minted tokens by template, beside those that all have. */
const extraClaims: Readonly<Record<string, (call: { iat: number }) => Record<string, unknown>>> = {
  hasura: () => ({
    'https://hasura.io/jwt/claims': { 'x-hasura-allowed-roles': ['user', 'editor'], a: null },
  }),
  short: ({ iat }) => ({ exp: iat + 30 }),
  wide: () => ({
    name: 'Zoë \u2028\u{1f600} "\\ </script>',
    deep: { a: [[{ b: [1.5e21, -0, true, ''] }]] },
    '10': 1,
    '2': 2,
  }),
  fraction: ({ iat }) => ({ exp: iat + 90.75, iat: iat - 0.5 }),
  long: ({ iat }) => ({ exp: iat + 9 * 365 * 86_400 }),
  eternal: ({ iat }) => ({ exp: iat + 80 * 365 * 86_400 }),
  large: () => ({ blob: 'x'.repeat(60_000) }),
};

/** Stubs `fetch` with a Clerk that answers for tokens and the key set. Undone by `vi.unstubAllGlobals`. */
export function startScriptedClerk(forge: Forge, kid: string): ScriptedClerk {
  const calls = new Map<string, { begun: Map<string, number>; answered: number }>();
  const callsOf = (secretKey: string) => {
    const known = calls.get(secretKey) ?? { begun: new Map(), answered: 0 };
    calls.set(secretKey, known);
    return known;
  };
  const clerk: ScriptedClerk = {
    state: 'healthy',
    apiUrl: 'https://clerk.example.com',
    answered: (secretKey) => callsOf(secretKey).answered,
  };
  vi.stubGlobal('fetch', async (input: string | URL | Request, init: RequestInit = {}) => {
    const request = new Request(input instanceof Request ? input : String(input), init);
    const { pathname } = new URL(request.url);
    if (pathname === '/v1/jwks' && clerk.state === 'unreachable') throw new TypeError('fetch failed');
    if (pathname === '/v1/jwks')
      return Response.json({ keys: [{ ...forge.publicJwk, kid, use: 'sig', alg: 'RS256' }] });
    const mine = callsOf((request.headers.get('authorization') ?? '').replace('Bearer ', ''));
    const [, , , sessionId = '', , template = ''] = pathname.split('/');
    const key = `${sessionId}/${template}`;
    const number = (mine.begun.get(key) ?? 0) + 1;
    mine.begun.set(key, number);
    mine.answered += 1;
    return answerOf(clerk.state, { sessionId, template, number });
  });
  return clerk;
}

interface Call {
  readonly sessionId: string;
  readonly template: string;
  readonly number: number;
}

function answerOf(state: ClerkState, call: Call): Response {
  switch (state) {
    case 'healthy':
      return call.template === 'ghost'
        ? failure(404, 'resource_not_found', 'JWT template not found')
        : Response.json({ object: 'token', jwt: mintedFor(call) });
    case 'throttled':
      return failure(429, 'too_many_requests', 'Too many requests', { 'retry-after': '7' });
    case 'broken':
      return failure(500, 'internal', 'Internal error');
    case 'unreachable':
      throw new TypeError('fetch failed');
    case 'session ended':
      return failure(404, 'resource_not_found', 'Session not found');
    case 'template unknown':
      return failure(404, 'resource_not_found', 'JWT template not found');
    case 'no token':
      return Response.json({});
    case 'key refused':
      return failure(401, 'clerk_key_invalid', 'The provided Clerk Secret Key is invalid.');
  }
}

function failure(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ ...clerkErrorBody(code, message), clerk_trace_id: 'trace' }, { status, headers });
}

function mintedFor({ sessionId, template, number }: Call): string {
  const iat = Math.floor(Date.now() / 1000);
  const [, user = '', organization] = sessionId.split('_');
  return tokenOf({
    ...{ sub: `user_${user}`, iat, exp: iat + 60, jti: `${sessionId}-${template}-${number}` },
    organization_id: organization === undefined ? undefined : `org_${organization}`,
    ...extraClaims[template]?.({ iat }),
  });
}
