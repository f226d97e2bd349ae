import { TokenError, type TokenErrorCode, type TokenSource } from 'mintgate/client';

// Codes of temporary failures. All others mean that no session is signed in, or that a new attempt has the same result.
const transient: readonly TokenErrorCode[] = [
  'RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'NETWORK_ERROR',
];

/** Returns a newly minted token, or the held one while none is available. */
export async function freshOrHeld(source: Pick<TokenSource, 'getToken'>): Promise<string | null> {
  try {
    return await source.getToken({ forceRefresh: true });
  } catch (error) {
    if (isTransient(error)) return source.getToken();
    throw error;
  }
}

/**
 * Waits for a token during temporary failures, and retries after 1, 2, 4 s and so on, up to 30 s. Rejects with any other error.
 *
 * @param request - requests a token from the source
 * @param unlike - a token that must not be returned
 */
export async function awaitToken(
  source: TokenSource,
  request: () => Promise<string | null> = source.getToken,
  unlike?: string | null,
): Promise<string | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      const token = await request();
      if (token === null || token !== unlike) return token;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await nextToken(source, 1000 * Math.min(30, 2 ** tries) * (1 + Math.random() / 2));
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof TokenError && transient.includes(error.code);
}

/** Waits until the source reports another token or a sign-out. @param atMost - the longest wait, in milliseconds */
function nextToken(source: TokenSource, atMost: number): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(settle, atMost);
    const unsubscribe = source.subscribe(({ error }) => {
      if (!error) settle();
    });
  });
}
