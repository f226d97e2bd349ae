import { expect, test, vi } from 'vitest';
import { createCredentialsAuthenticate } from '../../src/auth/authenticate.ts';
import { createFixedKey } from '../../src/clerk/jwks.ts';
import { readCompactJws } from '../../src/crypto/node-compact-jws.ts';
import { categories, clerkCookies, createForge, sessionClaims } from '../support/tokens.ts';

const forge = createForge();
const token = forge.compact({ alg: 'RS256', typ: 'JWT', cat: categories.session }, sessionClaims());

/** Authenticates a request with these headers, with an SDK that accepts every session cookie. */
async function authenticate(headers: Record<string, string>, hostContext: unknown = {}) {
  const claims = sessionClaims({ sid: 'sess_of_cookie' });
  const authenticateRequest = vi.fn(async (_request: Request) => ({
    token,
    toAuth: () => ({ sessionId: 'sess_of_cookie', sessionClaims: claims }),
  }));
  const keys = { ...createFixedKey(forge.pem), find: vi.fn(async () => forge.pem) };
  const outcome = await createCredentialsAuthenticate({
    clerk: () => ({ authenticateRequest: authenticateRequest as never }),
    keys,
    authorizedParties: undefined,
    acceptMissingAzp: false,
    maxSessionTokenLifetime: 600,
    readCompactJws,
  })(new Request('https://tokens.example.com/graphql?__clerk_handshake=x', { headers }), hostContext);
  return { outcome, keys, authenticateRequest };
}

test('a request without credentials is anonymous', async () => {
  expect((await authenticate({})).outcome).toEqual({ kind: 'anonymous' });
});

test('unusable credentials are refused without a key', async () => {
  const { outcome, keys } = await authenticate({ authorization: 'Basic x' });
  expect(outcome).toMatchObject({ kind: 'refused', reason: 'Authorization is not one Bearer token' });
  expect(keys.find).not.toHaveBeenCalled();
});

test('a plain Bearer token is verified without the SDK, and waitUntil of the host reaches the keys', async () => {
  const waitUntil = vi.fn();
  const { outcome, keys, authenticateRequest } = await authenticate(
    { authorization: `Bearer ${token}` },
    { waitUntil },
  );
  expect(outcome).toMatchObject({ kind: 'authenticated', caller: { sessionId: 'sess_ada' } });
  expect(keys.find).toHaveBeenCalledWith(undefined, expect.any(Function));
  expect(authenticateRequest).not.toHaveBeenCalled();
});

test('session cookies are verified by the SDK, on a request without query and other headers', async () => {
  const cookie = clerkCookies(token);
  const { outcome, authenticateRequest } = await authenticate({ cookie, 'x-other': 'x' });
  expect(outcome).toMatchObject({ kind: 'authenticated', caller: { sessionId: 'sess_of_cookie' } });
  const [request] = authenticateRequest.mock.calls[0] ?? [];
  expect(request?.url).toBe('https://tokens.example.com/graphql');
  expect([...(request?.headers ?? [])]).toEqual([['cookie', cookie]]);
});
