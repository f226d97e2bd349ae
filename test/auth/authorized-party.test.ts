import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { describeParty, isAuthorizedParty } from '../../src/auth/authorized-party.ts';
import { createGateway as createEdgeGateway } from '../../src/edge.ts';
import type { Gateway, GatewayOptions } from '../../src/index.ts';
import { readAnswer } from '../support/answer.ts';
import { appOrigin, gatewayOrigin, useGateways, workingOptions } from '../support/gateway.ts';
import { clerkCookies, signSession } from '../support/tokens.ts';

const world = useGateways();
const body = JSON.stringify({ query: '{ session { id } }' });

beforeEach(() => {
  // The SDK warns once that it will refuse cookies without azp.
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => void vi.restoreAllMocks());

/** A gateway with Node.js, which verifies plain tokens itself, and one without, where Clerk's SDK verifies every token. */
function gateways(options: Partial<GatewayOptions>): Pick<Gateway, 'fetch'>[] {
  const all = { authorizedParties: [appOrigin], ...options };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const edge = createEdgeGateway({ ...workingOptions(world.clerk), logger: quiet, ...all });
  onTestFinished(() => edge.dispose());
  return [world.start(all), edge];
}

/** The distinct verdicts of both gateways on a session token, as Bearer and as a cookie. */
async function verdicts(options: Partial<GatewayOptions>, claims: Record<string, unknown>) {
  const token = await signSession(world.clerk, { iss: world.clerk.issuer, ...claims });
  const asked = gateways(options).flatMap((gateway) =>
    [
      { authorization: `Bearer ${token}` },
      { cookie: clerkCookies(token), 'sec-fetch-site': 'same-origin' },
    ].map(async (credentials) => {
      const headers = { 'content-type': 'application/json', ...credentials } as Record<string, string>;
      const request = new Request(`${gatewayOrigin}/graphql`, { method: 'POST', headers, body });
      const { data, codes } = await readAnswer(await gateway.fetch(request));
      return codes[0] ?? data.session.id;
    }),
  );
  return [...new Set(await Promise.all(asked))];
}

const accept = { acceptMissingAzp: true };

const others: unknown[] = [
  'https://evil.example',
  `${appOrigin}/`,
  `${appOrigin}.evil.example`,
  'null',
  '',
  ' ',
];
const odd: unknown[] = [null, 0, 5, true, false, [], [appOrigin], {}, { toString: appOrigin }];

describe('a session token without azp', () => {
  test('A09 is refused where authorized parties are named, unless acceptMissingAzp is set', async () => {
    expect(await verdicts({}, {})).toEqual(['UNAUTHENTICATED']);
    expect(await verdicts({ acceptMissingAzp: false }, {})).toEqual(['UNAUTHENTICATED']);
    expect(await verdicts(accept, {})).toEqual(['sess_ada']);
  });

  test('A09 is accepted where any party is', async () => {
    expect(await verdicts({ authorizedParties: 'any' }, {})).toEqual(['sess_ada']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['has expired', { exp: 1, iat: 0 }],
    ['is pending', { sts: 'pending' }],
    ['has no session', { sid: undefined }],
    ['lives too long', { exp: Math.floor(Date.now() / 1000) + 86_400 }],
  ])('A09 is refused when it %s, also with acceptMissingAzp', async (_what, claims) => {
    expect(await verdicts(accept, claims)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('with acceptMissingAzp', () => {
  test('A09 a token of an authorized party is accepted', async () => {
    expect(await verdicts(accept, { azp: appOrigin })).toEqual(['sess_ada']);
  });

  test.each([...others, ...odd].map((azp) => ({ azp })))('A09 a token with %j is refused', async (claims) => {
    expect(await verdicts(accept, claims)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('isAuthorizedParty', () => {
  const rules = { authorizedParties: [appOrigin], acceptMissingAzp: false };

  test('A09 accepts exactly the authorized parties', () => {
    expect(isAuthorizedParty(appOrigin, rules)).toBe(true);
    for (const azp of [...others, ...odd, undefined]) expect(isAuthorizedParty(azp, rules)).toBe(false);
  });

  test('A09 accepts every token where no parties are named', () => {
    for (const authorizedParties of [undefined, []])
      for (const azp of [appOrigin, 'https://evil.example', undefined, 5])
        expect(isAuthorizedParty(azp, { authorizedParties, acceptMissingAzp: false })).toBe(true);
  });
});

test.each<[unknown, string]>([
  ['https://evil.example', 'https://evil.example'],
  ['capacitor://localhost', 'capacitor://localhost'],
  [undefined, 'none'],
  [null, 'none'],
  ['', 'none'],
  [[appOrigin], 'a value that is not an origin'],
  ['user ada@example.com', 'a value that is not an origin'],
  [`https://${'e'.repeat(300)}.example`, 'a value that is not an origin'],
])('the log describes the authorized party %j as %s', (azp, name) => {
  expect(describeParty(azp)).toBe(`the token names ${name} (azp)`);
});
