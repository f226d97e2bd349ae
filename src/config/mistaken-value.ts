/** Kinds of values that are mistaken for a key or a secret, by their forms. */
const mistakes: readonly (readonly [form: RegExp, kind: string])[] = [
  [/^(["'`]).*\1$/s, 'a text in quotation marks, which are taken as part of it'],
  [/\.\.\.|…|<.*>/s, 'the placeholder of an example'],
  [/^pk_(?:test|live)_/, 'a publishable key'],
  [/^sk_(?:test|live)_/, 'a secret key'],
  [/^whsec_/, 'the signing secret of a webhook endpoint'],
  [/PRIVATE KEY-----/, 'a private key'],
  [/-----BEGIN /, 'a PEM'],
  [/^eyJ[\w-]*\./, 'a token'],
];

/** Keys that stand side by side in the Clerk Dashboard. */
const pair: readonly string[] = ['a publishable key', 'a secret key'];

/**
 * Describes a wrong value of a key or a secret without quoting it: the kind of the value, where it has a known form, and what is
 * expected.
 *
 * @param expected - such as `expected the secret key of a Clerk instance`
 * @param kind - the expected kind, as it is named in this file
 *
 * @example
 * describeMistake(key, { expected, kind: 'a secret key' }) // 'this is a publishable key (are the two swapped?): expected ...'
 */
export function describeMistake(
  value: unknown,
  { expected, kind }: { expected: string; kind: string },
): string {
  const text = typeof value === 'string' ? value.trim() : '';
  const found = mistakes.find(([form]) => form.test(text))?.[1];
  if (found === undefined || found === kind) return expected;
  const swapped = pair.includes(found) && pair.includes(kind) ? ' (are the two swapped?)' : '';
  return `this is ${found}${swapped}: ${expected}`;
}
