import DataLoader from 'dataloader';
import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { MintedToken } from './minted-token.ts';
import type { TokenRequest } from './token-request.ts';

/** The key of a token within one operation: fields with equal keys share one token. */
export type TokenKey = Pick<TokenRequest, 'template'> & { readonly mode: 'cached' | 'force' };

/** Loads the tokens of one operation: each key once, different keys in parallel. */
export type TokenLoader = DataLoader<TokenKey, MintedToken, string>;

export interface TokenLoaderOptions {
  /** Returns the caller; called only when a token is loaded. */
  findCaller: () => Promise<Caller>;
  mintToken: (request: Omit<TokenRequest, 'startedAt' | 'waitUntil'>) => Promise<MintedToken>;
  /** Maximum number of distinct templates in one operation. */
  maxTemplates: number;
  /** Called before each call to Clerk. */
  onMint: () => void;
  /** Schedules a batch after the fields that load at the same time; undefined for DataLoader's default. */
  scheduleBatch?: ((load: () => void) => void) | undefined;
}

/**
 * Creates a loader for one operation. It counts distinct templates after aliases and variables are resolved. A batch that exceeds the
 * limit fails as a whole.
 */
export function createTokenLoader(options: TokenLoaderOptions): TokenLoader {
  const { findCaller, mintToken, maxTemplates, onMint, scheduleBatch } = options;
  const templates = new Set<string>();
  return new DataLoader(
    async (keys) => {
      for (const { template } of keys) templates.add(template);
      if (templates.size > maxTemplates) {
        const message = `One operation may name at most ${maxTemplates} different templates.`;
        const error = gatewayError('BAD_USER_INPUT', { message, reason: 'too many templates' });
        return keys.map(() => error);
      }
      const caller = await findCaller();
      const tokens = await Promise.allSettled(keys.map((key) => mintToken({ caller, ...key, onMint })));
      return tokens.map((token) => (token.status === 'fulfilled' ? token.value : asError(token.reason)));
    },
    {
      cacheKeyFn: ({ template, mode }) => `${mode === 'force' ? '!' : ''}${template}`,
      ...(scheduleBatch && { batchScheduleFn: scheduleBatch }),
    },
  );
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('mint failed', { cause: reason });
}
