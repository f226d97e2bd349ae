/** Values that occur only in the claims of the tests' tokens. */
export const claimCanaries = {
  /** A feature of every user, in the claim `fea` of session tokens. */
  session: 'canary_of_a_session_claim',
  /** A claim of minted tokens, and public metadata of the users of the local Clerk. */
  minted: 'canary-of-a-minted-claim',
} as const;

/** Claim values of the demo data in tokens of the template `firebase`. */
const demoClaims = ['Lovelace', 'Hopper', 'ada@example.com', 'grace@example.com', 'support@example.com'];

/** Patterns that no output of a gateway may contain, by name. */
const forbidden: readonly (readonly [string, RegExp])[] = [
  // At the start of a word and longer than an HMAC in an audit event, because ids and HMACs may contain `eyJ` by chance.
  ['a token', /(?<![\w-])eyJ[\w-]{17,}/],
  ['a secret key', /sk_(?:test|live)_\w{4,}/],
  ['a webhook secret', /whsec_[\w+/]{4,}/],
  ['a claim value', new RegExp([...Object.values(claimCanaries), ...demoClaims].map(escaped).join('|'))],
];

/** A secret in a text. */
export interface Leak {
  /** The kind of secret, such as `a token`. */
  what: string;
  /** The text around it, with the beginning of the secret at most. */
  place: string;
}

/** Finds the first match of each forbidden pattern in a text. */
export function leaksIn(text: string): Leak[] {
  return forbidden.flatMap(([what, form]) => {
    const found = form.exec(text);
    if (found === null) return [];
    const before = text.slice(Math.max(0, found.index - 60), found.index);
    return [{ what, place: `${before}${found[0].slice(0, 6)}...` }];
  });
}

function escaped(text: string): string {
  return text.replace(/[.]/g, '\\$&');
}
