import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswer } from '../support/answer.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways();
const seed = 20_260_103;
const numRuns = 400;

const pieces = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ':',
    '!',
    '$a',
    '@skip(if: true)',
    '@include(if: $a)',
    '...',
    '... on Session',
    '"',
    '"""',
  ],
  ...[
    'query',
    'mutation',
    'subscription',
    'fragment F on Query',
    '...F',
    'on',
    'null',
    'true',
    '1e999',
    '-0',
    '\\u0000',
    '#',
  ],
  ...[
    'session',
    'sessionToken',
    '(template: "hasura")',
    '(template: $a)',
    'jwt',
    'claims',
    'id',
    'token',
    'a:',
    'fresh: true',
  ],
  ...[
    '__typename',
    '__schema',
    '_service',
    'sdl',
    '_entities',
    '(representations: [])',
    '(representations: $a)',
    'Session',
  ],
];
const documents = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .tuple(
      fc.constant('query Q($a: String!) { sessionToken(template: $a) { jwt claims } session { id } }'),
      fc.nat(),
      fc.string(),
    )
    .map(([good, at, noise]) => {
      const place = at % good.length;
      return good.slice(0, place) + noise + good.slice(place + noise.length);
    }),
);

const params = fc.record(
  {
    query: documents,
    variables: fc.oneof(fc.jsonValue(), fc.record({ a: fc.jsonValue() })),
    operationName: fc.jsonValue(),
  },
  { requiredKeys: ['query'] },
);

test('X12 a seeded fuzz of documents and variables is answered, never with 5xx or a masked fault', async () => {
  const gateway = world.start({ mode: 'development' });
  const authorization = `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
  await fc.assert(
    fc.asyncProperty(params, async (body) => {
      const { status, codes } = await readAnswer(await gateway.post(JSON.stringify(body), { authorization }));
      expect(status).toBeLessThan(500);
      expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
      for (const code of codes) expect(code).toMatch(/^[A-Z_]+$/);
    }),
    { numRuns, seed },
  );
});

test('X12 a seeded fuzz of bodies is answered, never with 5xx', async () => {
  const gateway = world.start();
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    fc.json().map((text) => new TextEncoder().encode(text)),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const { status, codes } = await readAnswer(await gateway.post(body));
      expect(status).toBeLessThan(500);
      expect(codes).toEqual(['BAD_REQUEST']);
    }),
    { numRuns, seed },
  );
  expect(world.requests()).toBe(0);
});

test('X12 a seeded fuzz of headers is answered, never with 5xx', async () => {
  const gateway = world.start();
  const value = fc.string({
    unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  });
  const name = fc.constantFrom(
    'authorization',
    'cookie',
    'origin',
    'accept',
    'content-type',
    'sec-fetch-site',
    'content-length',
  );
  const cookie = value.map((text) => `__session=${text.replace(/[;,]/g, '')}; __client_uat=${text}`);
  const headers = fc.dictionary(
    name,
    fc.oneof(
      value,
      cookie,
      value.map((text) => `Bearer ${text}`),
    ),
    { maxKeys: 4 },
  );
  await fc.assert(
    fc.asyncProperty(headers, async (some) => {
      const response = await gateway.post('{"query":"{ session { id } }"}', some);
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
      expect(text).not.toContain('sess_');
    }),
    { numRuns, seed },
  );
});
