/** What a claim says that stands in the claims of the tests' worlds, and nowhere else. */
export const claimCanaries = {
  /** A feature of every user, which stands in the claim `fea` of session tokens. */
  session: 'canary_of_a_session_claim',
  /** A claim of minted tokens, and public metadata of the users of the local Clerk. */
  minted: 'canary-of-a-minted-claim',
} as const;

/** Claim values of the demo world that stand in tokens of the template `firebase`. */
const demoClaims = ['Lovelace', 'Hopper', 'ada@example.com', 'grace@example.com', 'support@example.com'];

/** What must not stand in any text that leaves a gateway, by what it is called. */
const forbidden: readonly (readonly [string, RegExp])[] = [
  // Ids and HMACs may have these three letters by chance: not within a word, and longer than an HMAC in an audit record.
  ['a token', /(?<![\w-])eyJ[\w-]{17,}/],
  ['a secret key', /sk_(?:test|live)_\w{4,}/],
  ['a webhook secret', /whsec_[\w+/]{4,}/],
  ['a claim value', new RegExp([...Object.values(claimCanaries), ...demoClaims].map(escaped).join('|'))],
];

/** A secret in a text. */
export interface Leak {
  /** Such as `a token`. */
  what: string;
  /** What stands around it; of the secret itself no more than its beginning. */
  place: string;
}

/** Looks for everything that is forbidden in a text; of each kind the first. */
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
