import fc from 'fast-check';
import { categories, type Forge, malformedIds, type Signing } from './tokens.ts';

/** The time at which tokens are built, in seconds since the epoch. */
export const now = 1_900_000_000;

/** One deviation from a valid session token. */
export type Deviation =
  | { in: 'claims'; name: string; value: unknown }
  | { in: 'header'; name: string; value: unknown }
  | { in: 'payload'; text: string }
  | { in: 'signing'; by: Signing | 'another key' }
  | { in: 'text'; edit: keyof typeof edits; at: number };

/** A token, described by its deviations from a valid one. */
export type Recipe = readonly Deviation[];

const absent = undefined;
const oddities = [absent, null, true, '', 'x', 0, -1, {}, [], ['x']];
/** JSON on which `String()` throws. */
const unprintable = { toString: 1, valueOf: 1 };
const oddFields = [...oddities, false, 1.5, [['x']], { length: 1 }, unprintable];
const borders = [-6.001, -6, -5.001, -5, -4.999, -4, -0.5, 0, 4, 4.999, 5, 5.001, 6].map(
  (offset) => now + offset,
);
const moments = [
  ...borders,
  now - 60,
  now + 60,
  now + 599,
  now + 700,
  1e12,
  8.64e12,
  8.65e12,
  1e15,
  1e300,
  -1e300,
];
const times = [...moments, ...oddities, `${now + 60}`, 'NaN', '1e3'];

const claims: Record<string, readonly unknown[]> = {
  exp: times,
  iat: times,
  nbf: times,
  sid: [...oddities, 'sess_other', ...malformedIds],
  sub: [...oddities, 'user_other', 'mch_machine', 'MCH_x', ' mch_x'],
  sts: [...oddities, 'active', 'pending', 'Active', 'expired', 'active '],
  azp: [
    ...oddities,
    'https://evil.example',
    'https://app.example.com/',
    'https://app.example.com.evil.example',
  ],
  aud: [...oddities, 'reports'],
  iss: [...oddities, 'https://evil.example'],
  v: [...oddities, 1, 2, 3, '2'],
  o: [...oddities, { id: 'org_acme', rol: 'admin' }, { id: 5 }, { id: '' }, { rol: 'admin' }],
  org_id: [...oddities, 'org_globex'],
  act: [...oddities, { sub: 'user_support' }],
  fva: [...oddities, [0, -1], ['a', 'b']],
  // Only valid features: the SDK throws on others, and only Clerk creates them.
  fea: [absent, '', 'o:reports', 'u:exports,uo:reports'],
};

const header: Record<string, readonly unknown[]> = {
  alg: [
    ...oddFields,
    ['RS256'],
    'RS256',
    'RS384',
    'RS512',
    'none',
    'None',
    'HS256',
    'ES256',
    'PS256',
    'rs256',
    '__proto__',
  ],
  typ: [...oddFields, 'jwt', 'at+jwt', 'application/at+jwt', 'JOSE', ['JWT']],
  cat: [...oddFields, ...Object.values(categories), [categories.session], categories.session.toLowerCase()],
  kid: [...oddFields, ['ins_one'], 'another', '__proto__', 'constructor', '../key'],
  crit: [...oddFields, ['exp'], ['b64']],
  b64: oddFields,
  cty: oddFields,
  jku: ['https://evil.example/jwks.json'],
  x5u: ['https://evil.example/cert.pem'],
  jwk: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
  zip: ['DEF'],
};

const payloads = [
  'null',
  '[]',
  '"text"',
  '5',
  '',
  '{',
  `{"sid":"sess_ada","sub":"user_ada","azp":"https://app.example.com","iat":${now},"exp":1e999}`,
  `{"sid":"sess_ada","sub":"user_ada","azp":"https://app.example.com","iat":1e999,"exp":1e999}`,
  `{"sid":"sess_ada","sub":"user_ada","azp":"https://app.example.com","iat":${now},"exp":${now}60}`,
  `{"sid":"sess_eve","sid":"sess_ada","sub":"user_ada","azp":"https://app.example.com","iat":${now},"exp":${now + 60}}`,
  `{"__proto__":{"sid":"sess_ada"},"sub":"user_ada","azp":"https://app.example.com","iat":${now},"exp":${now + 60}}`,
];

/** Edits of the token. @param at - the place of the edit, from 0 (start) to 1 (end) */
const edits = {
  'flip a character': (token: string, at: number) => replaceAt(token, at, (c) => (c === 'A' ? 'B' : 'A')),
  'change the case of a character': (token: string, at: number) =>
    replaceAt(token, at, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())),
  'drop a character': (token: string, at: number) => replaceAt(token, at, () => ''),
  'insert a dot': (token: string, at: number) => replaceAt(token, at, (c) => `.${c}`),
  'insert a character that is not base64url': (token: string, at: number) =>
    replaceAt(token, at, (c) => `~${c}`),
  'cut the end': (token: string, at: number) => token.slice(0, Math.ceil(token.length * at)),
  'cut the beginning': (token: string, at: number) => token.slice(Math.floor(token.length * at)),
  'append a dot': (token: string) => `${token}.`,
  'append a part': (token: string) => `${token}.AAAA`,
  'append padding': (token: string) => `${token}==`,
  'pad the header': (token: string) => token.replace('.', '=.'),
  'pad the claims': (token: string) => token.replace(/\.([^.]*)$/, '==.$1'),
  'use plain base64': (token: string) => token.replaceAll('-', '+').replaceAll('_', '/'),
  'drop the signature': (token: string) => token.replace(/[^.]*$/, ''),
  'exchange header and claims': (token: string) => token.replace(/^([^.]*)\.([^.]*)\./, '$2.$1.'),
  'write it twice': (token: string) => `${token}${token}`,
  'write it twice with a space': (token: string) => `${token} ${token}`,
  'quote it': (token: string) => `"${token}"`,
} satisfies Record<string, (token: string, at: number) => string>;

function replaceAt(text: string, at: number, change: (character: string) => string): string {
  const index = Math.min(text.length - 1, Math.floor(text.length * at));
  return text.slice(0, index) + change(text.charAt(index)) + text.slice(index + 1);
}

const oneOf = (
  place: 'claims' | 'header',
  choices: Record<string, readonly unknown[]>,
): fc.Arbitrary<Deviation> =>
  fc
    .constantFrom(...Object.keys(choices))
    .chain((name) =>
      fc.constantFrom(...(choices[name] ?? [])).map((value): Deviation => ({ in: place, name, value })),
    );

const deviation: fc.Arbitrary<Deviation> = fc.oneof(
  { weight: 12, arbitrary: oneOf('claims', claims) },
  { weight: 6, arbitrary: oneOf('header', header) },
  { weight: 1, arbitrary: fc.constantFrom(...payloads).map((text): Deviation => ({ in: 'payload', text })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('RS384', 'RS512', 'hmac of the public key', 'nothing', 'another key')
      .map((by): Deviation => ({ in: 'signing', by: by as Signing })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...(Object.keys(edits) as (keyof typeof edits)[])),
        fc.double({ min: 0, max: 1, noNaN: true }),
      )
      .map(([edit, at]): Deviation => ({ in: 'text', edit, at })),
  },
);

/** Tokens with zero to three deviations. */
export const recipes: fc.Arbitrary<Recipe> = fc.array(deviation, { maxLength: 3 });

/** Returns whether a recipe has no deviation. */
export function describesGoodToken(recipe: Recipe): boolean {
  return recipe.length === 0;
}

/** Builds the token that a recipe describes. */
export function buildToken(recipe: Recipe, forge: Forge, wrongForge: Forge): string {
  const chosen = (place: 'claims' | 'header') =>
    Object.fromEntries(recipe.flatMap((step) => (step.in === place ? [[step.name, step.value]] : [])));
  const joseHeader = {
    alg: 'RS256',
    typ: 'JWT',
    kid: 'ins_one',
    cat: categories.session,
    ...chosen('header'),
  };
  const payload = recipe.find((step) => step.in === 'payload')?.text ?? {
    ...goodClaims(),
    ...chosen('claims'),
  };
  const by = recipe.find((step) => step.in === 'signing')?.by ?? matching(joseHeader.alg);
  const token =
    by === 'another key' ? wrongForge.compact(joseHeader, payload) : forge.compact(joseHeader, payload, by);
  return recipe.reduce((text, step) => (step.in === 'text' ? edits[step.edit](text, step.at) : text), token);
}

function goodClaims() {
  const party = { azp: 'https://app.example.com', iss: 'https://clerk.example.com' };
  return {
    ...party,
    exp: now + 60,
    iat: now,
    nbf: now - 10,
    sid: 'sess_ada',
    sts: 'active',
    sub: 'user_ada',
    v: 2,
  };
}

function matching(alg: unknown): Signing {
  if (alg === 'RS384' || alg === 'RS512') return alg;
  if (alg === 'HS256') return 'hmac of the public key';
  return alg === 'none' || alg === 'None' ? 'nothing' : 'RS256';
}
