import { gatewayError } from '../errors.ts';

/**
 * The names a JWT template may have. The SDK splices the name into the path of a request that carries the secret
 * key, so nothing else may reach it: an empty name would mint a session token, other characters other endpoints.
 */
const templateNamePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** The same, for people. */
export const templateNameForm =
  '1 to 64 letters, digits, _ or -, beginning with a letter or digit, and no name that every object has (constructor)';

/**
 * Whether a text is the name of a template. What every JavaScript object has, such as `constructor`, is none: no look-up by
 * name, here or in what is built upon this, can then find what nobody put there.
 */
export function isTemplateName(name: unknown): name is string {
  // `$` in JavaScript matches only the very end without the flag m, so a trailing line feed does not pass.
  return typeof name === 'string' && templateNamePattern.test(name) && !(name in Object.prototype);
}

/** @throws `BAD_USER_INPUT` when the text is not the name of a template; the text is never quoted. */
export function assertTemplateName(name: string): void {
  if (!isTemplateName(name)) throw gatewayError('BAD_USER_INPUT', { reason: 'not a template name' });
}
