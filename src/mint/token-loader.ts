import DataLoader from 'dataloader';
import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { MintRequest } from './mint-token.ts';
import type { MintedToken } from './minted-token.ts';

/** What one field asks for. */
export interface TokenQuery {
  template: string;
  fresh: boolean;
}

/** Gives one operation its tokens: each (template, fresh) is minted once, different ones side by side. */
export type TokenLoader = DataLoader<TokenQuery, MintedToken, string>;

export interface TokenLoaderOptions {
  /** Who asks; only called when a token is wanted. */
  caller: () => Promise<Caller>;
  mintToken: (wish: Omit<MintRequest, 'began' | 'waitUntil'>) => Promise<MintedToken>;
  /** Most distinct templates that one operation may name. */
  maxTemplates: number;
  onMint: () => void;
  /** Loads a batch once the fields that ask at the same time have asked; undefined for DataLoader's own way. */
  scheduleBatch?: ((load: () => void) => void) | undefined;
}

/**
 * A loader for one operation. Distinct templates are counted here, after aliases and variables have been resolved: an
 * operation that names too many gets none of the batch that crosses the line.
 */
export function createTokenLoader(options: TokenLoaderOptions): TokenLoader {
  const { caller, mintToken, maxTemplates, onMint, scheduleBatch } = options;
  const named = new Set<string>();
  return new DataLoader(
    async (keys) => {
      for (const { template } of keys) named.add(template);
      if (named.size > maxTemplates) {
        const message = `One operation may name at most ${maxTemplates} different templates.`;
        const error = gatewayError('BAD_USER_INPUT', { message, reason: 'too many templates' });
        return keys.map(() => error);
      }
      const who = await caller();
      const tokens = await Promise.allSettled(keys.map((key) => mintToken({ caller: who, ...key, onMint })));
      return tokens.map((token) => (token.status === 'fulfilled' ? token.value : asError(token.reason)));
    },
    {
      cacheKeyFn: ({ template, fresh }) => `${fresh ? '!' : ''}${template}`,
      ...(scheduleBatch && { batchScheduleFn: scheduleBatch }),
    },
  );
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('mint failed', { cause: reason });
}
