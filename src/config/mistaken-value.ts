/** Forms of values that are mistaken for a key or a secret. */
const mistakes: readonly (readonly [form: RegExp, what: string])[] = [
  [/^(["'`]).*\1$/s, 'a text in quotation marks, which are taken as part of it'],
  [/\.\.\.|…|<.*>/s, 'the placeholder of an example'],
  [/^pk_(?:test|live)_/, 'a publishable key'],
  [/^sk_(?:test|live)_/, 'a secret key'],
  [/^whsec_/, 'the signing secret of a webhook endpoint'],
  [/PRIVATE KEY-----/, 'a private key'],
  [/-----BEGIN /, 'a PEM'],
  [/^eyJ[\w-]*\./, 'a token'],
];

/** Keys that stand side by side in the Dashboard. */
const pair: readonly string[] = ['a publishable key', 'a secret key'];

/**
 * Says what is wrong with the value of a key or a secret, without the value: what stands there instead, where that has a known form, and
 * what is expected.
 *
 * @param expected - such as `expected the secret key of a Clerk instance`
 * @param own - what is expected, in the words of this file
 *
 * @example
 * describeMistake(key, { expected, own: 'a secret key' }) // 'this is a publishable key (are the two swapped?): expected ...'
 */
export function describeMistake(
  value: unknown,
  { expected, own }: { expected: string; own: string },
): string {
  const text = typeof value === 'string' ? value.trim() : '';
  const what = mistakes.find(([form]) => form.test(text))?.[1];
  if (what === undefined || what === own) return expected;
  const swapped = pair.includes(what) && pair.includes(own) ? ' (are the two swapped?)' : '';
  return `this is ${what}${swapped}: ${expected}`;
}
