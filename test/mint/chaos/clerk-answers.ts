import { ClerkAPIResponseError } from '@clerk/backend/errors';
import { type MintCall, tokenOf } from '../../support/engine.ts';
import { nowSeconds } from '../../support/tokens.ts';
import { after, garbage } from './behaviours.ts';

const claims = (more: Record<string, unknown>) => {
  const iat = nowSeconds();
  return { jwt: tokenOf({ sub: 'user_ada', iat, exp: iat + 60, ...more }) };
};

function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}

function refusal(status: unknown, retryAfter?: unknown, errors: unknown = []): unknown {
  const error = new ClerkAPIResponseError('chaos', { data: [], status: status as number });
  return Object.assign(error, { errors, ...(retryAfter === undefined ? {} : { retryAfter }) });
}

/** A refusal with Clerk's own body. */
function ownRefusal(status: number, code: string, message: string): unknown {
  const error = refusal(status, undefined, [{ code, message }]);
  return Object.assign(error as object, { clerkTraceId: 'a0'.repeat(16) });
}

const thrown: readonly unknown[] = [
  ...garbage,
  ...[new Error('chaos'), new TypeError('fetch failed'), new RangeError('x'), Object.create(null)],
  ...[0, 200, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503, 504, 599, Number.NaN].map(
    (status) => refusal(status),
  ),
  ...[-5, 0, 0.1, 1e12].map((retryAfter) => refusal(429, retryAfter)),
  ...[-5, 0, 0.1, 1e12].map((retryAfter) => refusal(503, retryAfter)),
  refusal(404, undefined, [{ code: 'resource_not_found', message: 'Session not found' }]),
  refusal(404, undefined, [{ code: 'resource_not_found', message: 'JWT template not found' }]),
  ownRefusal(404, 'resource_not_found', 'Session not found'),
  ownRefusal(404, 'resource_not_found', 'JWT template not found'),
  ...[400, 401, 403, 422].map((status) => ownRefusal(status, 'refused', 'no')),
  refusal(401, undefined, [{ code: 'clerk_key_invalid', message: 'no' }]),
  refusal(401, undefined, [{ code: 'authentication_invalid', message: 'no' }]),
  refusal(500, undefined, [{}]),
];

/** Malformed tokens, and tokens that do not fit the request. */
const tokens = [
  ...[
    { sub: 'user_mallory' },
    { sub: undefined },
    { sub: ['user_ada'] },
    { exp: 0 },
    { exp: '9' },
    { exp: 1e300 },
  ],
  ...[
    { exp: undefined },
    { iat: undefined },
    { iat: -1e300 },
    { iat: 1e300 },
    { iat: '0' },
    { deep: nested(3_000) },
  ],
].map((more) => () => claims(more));

const texts = ['.', '..', 'a.b.c.d', `${'a'.repeat(100_000)}.b.c`, 'é.é.é', tokenOf({}).slice(0, -1)];

/** Everything that Clerk or the network may do instead of returning a token. */
export const answers: readonly ((call: MintCall) => unknown)[] = [
  ...thrown.map((error) => () => {
    throw error;
  }),
  ...thrown.map((error) => async () => {
    await after(50);
    throw error;
  }),
  ...garbage.map((value) => () => value),
  ...garbage.map((value) => () => after(20).then(() => value)),
  ...texts.map((jwt) => () => ({ jwt })),
  ...tokens,
  () => new Promise(() => {}),
  () => after(3_500).then(() => claims({})),
  () =>
    after(9_000).then(() => {
      throw refusal(500);
    }),
];
