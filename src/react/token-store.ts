import type { TemplateName } from '../client/register.ts';
import { createTokenSource } from '../client/token-source.ts';
import type { TokenSourceOptions } from '../client/token-source-options.ts';
import { type SessionKnowledge, type SharedToken, shareToken } from './shared-token.ts';

/** Returns the shared token of a template, always the same one. */
export type TokenStore = (template: TemplateName) => SharedToken;

/**
 * Creates the tokens of one session, by their templates. It has no effect before a component subscribes to a token.
 *
 * @param options - the options of the sources
 */
export function createTokenStore(
  options: Omit<TokenSourceOptions, 'template'>,
  session: SessionKnowledge,
): TokenStore {
  const tokens = new Map<string, SharedToken>();
  return (template) => {
    const known = tokens.get(template);
    if (known) return known;
    const added = shareToken(() => createTokenSource({ ...options, template }), session);
    tokens.set(template, added);
    return added;
  };
}
