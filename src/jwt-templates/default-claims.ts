/** A claim that a template cannot set. */
export interface FixedClaim {
  readonly type: 'string' | 'number';
  /** `sometimes` for a claim that some tokens lack. */
  readonly presence: 'always' | 'sometimes';
  /** Its meaning, as one sentence. */
  readonly description: string;
}

/**
 * The claims that Clerk adds to the tokens of every template. A template cannot set them.
 * Source: https://clerk.com/docs/guides/sessions/jwt-templates#default-claims
 */
export const defaultClaims = {
  azp: {
    type: 'string',
    presence: 'sometimes',
    description: 'The origin of the page for which the token was minted.',
  },
  exp: { type: 'number', presence: 'always', description: 'The expiry, in seconds since the epoch.' },
  iat: {
    type: 'number',
    presence: 'always',
    description: 'The time of the mint, in seconds since the epoch.',
  },
  iss: { type: 'string', presence: 'always', description: "The URL of the Clerk instance's Frontend API." },
  jti: { type: 'string', presence: 'always', description: 'The id of the token.' },
  nbf: {
    type: 'number',
    presence: 'always',
    description: 'The start of the validity, in seconds since the epoch.',
  },
  sub: { type: 'string', presence: 'always', description: 'The id of the user.' },
} as const satisfies Readonly<Record<string, FixedClaim>>;

/**
 * The claims of the tokens of Clerk's Firebase integration, which are Firebase custom tokens and have no JWT template.
 * Source: https://firebase.google.com/docs/auth/admin/create-custom-tokens#create_custom_tokens_using_a_third-party_jwt_library
 */
export const firebaseClaims = {
  aud: { type: 'string', presence: 'always', description: 'The audience that Firebase requires.' },
  exp: defaultClaims.exp,
  iat: defaultClaims.iat,
  iss: { type: 'string', presence: 'always', description: 'The e-mail address of the service account.' },
  sub: { type: 'string', presence: 'always', description: 'The e-mail address of the service account.' },
  uid: { type: 'string', presence: 'always', description: 'The id of the user.' },
} as const satisfies Readonly<Record<string, FixedClaim>>;
