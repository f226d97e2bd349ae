import { gatewayError } from '../errors.ts';

/**
 * The form of a template's name. The SDK puts the name unescaped into the path of a request that carries the secret key: an empty name
 * would mint a session token, and other characters could reach other endpoints.
 */
const templateNamePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** The form of a template's name, in words. */
export const templateNameForm =
  '1 to 64 letters, digits, _ or -, beginning with a letter or digit, and no name that every object has (constructor)';

/**
 * Returns whether a value is a well-formed template name. Names of `Object.prototype`, such as `constructor`, are refused, so that a
 * look-up by name in a plain object never finds an inherited property.
 */
export function isTemplateName(name: unknown): name is string {
  // Without the flag m, `$` matches only the very end: a trailing line feed does not pass.
  return typeof name === 'string' && templateNamePattern.test(name) && !(name in Object.prototype);
}

/** Checks a template name. @throws `BAD_USER_INPUT` for a malformed name, without quoting it */
export function assertTemplateName(name: string): void {
  if (!isTemplateName(name)) throw gatewayError('BAD_USER_INPUT', { reason: 'not a template name' });
}
