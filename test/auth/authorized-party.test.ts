import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createGateway as createEdgeGateway } from '../../src/edge.ts';
import type { Gateway, GatewayOptions } from '../../src/index.ts';
import { readAnswer } from '../support/answer.ts';
import { appOrigin, gatewayOrigin, useGateways, workingOptions } from '../support/gateway.ts';
import { clerkCookies, signSession } from '../support/tokens.ts';

const world = useGateways();
const body = JSON.stringify({ query: '{ session { id } }' });

beforeEach(() => {
  // The SDK says once that a cookie without azp will be refused some day.
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => void vi.restoreAllMocks());

/** A gateway with Node.js, whose fast way is tried first, and one without, where Clerk's SDK verifies every token. */
function gateways(options: Partial<GatewayOptions>): Pick<Gateway, 'fetch'>[] {
  const all = { authorizedParties: [appOrigin], ...options };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const edge = createEdgeGateway({ ...workingOptions(world.clerk), logger: quiet, ...all });
  onTestFinished(() => edge.dispose());
  return [world.start(all), edge];
}

/** Whether a session token is accepted by all: as Bearer, and as a cookie. */
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

describe('a session token without azp', () => {
  test('A09 is refused where authorized parties are named, unless that is asked for', async () => {
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
  ])('A09 is refused when it %s, whatever is said of azp', async (_what, claims) => {
    expect(await verdicts(accept, claims)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('where tokens without azp are accepted', () => {
  test('A09 one of an authorized party is accepted as ever', async () => {
    expect(await verdicts(accept, { azp: appOrigin })).toEqual(['sess_ada']);
  });

  const others: unknown[] = [
    'https://evil.example',
    `${appOrigin}/`,
    `${appOrigin}.evil.example`,
    'null',
    '',
    ' ',
  ];
  const odd: unknown[] = [null, 0, 5, true, false, [], [appOrigin], {}, { toString: appOrigin }];
  test.each([...others, ...odd].map((azp) => ({ azp })))(
    'A09 one of the claim %j is refused',
    async (claims) => {
      expect(await verdicts(accept, claims)).toEqual(['UNAUTHENTICATED']);
    },
  );
});
