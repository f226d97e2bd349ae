import { TokenError, type TokenErrorCode, type TokenSource } from 'mintgate/client';

// With these the gateway says "not now". All others mean that nobody is signed in, or that the answer will stay the same.
const transient: readonly TokenErrorCode[] = [
  'RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'NETWORK_ERROR',
];

/** A token that is minted now, or the held one while none can be. */
export async function freshOrHeld(source: Pick<TokenSource, 'getToken'>): Promise<string | null> {
  try {
    return await source.getToken({ forceRefresh: true });
  } catch (error) {
    if (isTransient(error)) return source.getToken();
    throw error;
  }
}

/**
 * Waits for a token as long as the gateway says "not now", and asks again after 1, 2, 4 s and so on, up to 30 s. Rejects with any other error.
 *
 * @param ask - asks the source
 * @param unlike - a token that does not help any more
 */
export async function awaitToken(
  source: TokenSource,
  ask: () => Promise<string | null> = source.getToken,
  unlike?: string | null,
): Promise<string | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      const token = await ask();
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

/** Waits until the source, which renews its token meanwhile, tells of another one or of a sign-out. @param atMost - in milliseconds */
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
