import type { TemplateName } from '../client/register.ts';
import { createTokenSource } from '../client/token-source.ts';
import { checkOptions, type TokenSourceOptions } from '../client/token-source-options.ts';
import { type SessionKnowledge, type SharedToken, shareToken } from './shared-token.ts';

/** Returns the shared token of a template, always the same one. @throws TypeError for options that no source accepts */
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
    const complete = { ...options, template };
    // In the rendering, so that no call of `getToken` or `refresh` throws it.
    checkOptions(complete);
    const added = shareToken(() => createTokenSource(complete), session);
    tokens.set(template, added);
    return added;
  };
}
