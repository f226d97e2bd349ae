import { createClerkClient } from '@clerk/backend';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Authenticate, createCredentialsAuthenticate } from '../../src/auth/authenticate.ts';
import { verifyBearer, verifyBearerNow } from '../../src/auth/verify-bearer.ts';
import { createFixedKey } from '../../src/clerk/jwks.ts';
import { readCompactJws } from '../../src/crypto/node-compact-jws.ts';
import { buildToken, describesGoodToken, now, recipes } from '../support/token-recipes.ts';
import { categories, clerkCookies, createForge } from '../support/tokens.ts';

const samples = 10 * Number(process.env.MINTGATE_MODEL_RUNS ?? 150);
/** With this seed, even the fewest samples meet every reason for which Mintgate is stricter. */
const seed = 1;
const maxLife = 600;
const party = 'https://app.example.com';
const forge = createForge();
const wrongForge = createForge(forge.pem);

const clerk = createClerkClient({
  secretKey: ['sk', 'test', 'oracle'].join('_'),
  publishableKey: `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`,
  telemetry: { disabled: true },
});
const options = {
  clerk: () => clerk,
  keys: createFixedKey(forge.pem),
  authorizedParties: [party],
  acceptMissingAzp: false,
  maxSessionTokenLifetime: maxLife,
  readCompactJws,
};
const authenticate = createCredentialsAuthenticate(options);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 });
  // The SDK warns once that it will refuse cookies without azp.
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The identity of a caller. */
type Identity = { sessionId: unknown; userId: unknown; organizationId: string | null };

const request = (headers: Record<string, string>) =>
  new Request('https://tokens.example.com/graphql', { method: 'POST', headers });

async function mintgate(ask: Authenticate, headers: Record<string, string>): Promise<Identity | null> {
  const outcome = await ask(request(headers), {});
  if (outcome.kind !== 'authenticated') return null;
  const { sessionId, userId, organizationId } = outcome.caller;
  return { sessionId, userId, organizationId };
}

/** The verdict of Clerk's SDK, as documented: `toAuth()` of `authenticateRequest`. It throws on some garbage. */
async function oracle(
  headers: Record<string, string>,
  authorizedParties: string[] | null = [party],
): Promise<Identity | null> {
  const sdkOptions = { jwtKey: forge.pem, ...(authorizedParties ? { authorizedParties } : {}) };
  const state = await clerk.authenticateRequest(request(headers), sdkOptions).catch(() => undefined);
  const auth = state?.toAuth();
  if (!auth?.sessionClaims) return null;
  const { sessionId, userId, orgId } = auth;
  return { sessionId, userId, organizationId: typeof orgId === 'string' && orgId !== '' ? orgId : null };
}

/** The reason for which the gateway is stricter than Clerk by design, read from the token without the gateway's code. */
function namedReason(token: string): string | undefined {
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return 'malformed Authorization';
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const fields = [header.alg, header.typ, header.cat, header.kid].filter((field) => field !== undefined);
  if (fields.some((field) => typeof field !== 'string')) return 'a header field is not text';
  if (header.cat !== undefined && header.cat !== categories.session) return 'cat is not the session category';
  if (typeof claims.sid !== 'string' || claims.sid === '') return 'no sid';
  if (!/^[\w-]{1,128}$/.test(claims.sid)) return 'sid is malformed';
  if (claims.sub === '') return 'no sub';
  if (claims.sts !== undefined && claims.sts !== 'active') return 'sts is not active';
  if (claims.iat === undefined) return 'iat is missing';
  const life = claims.exp - claims.iat;
  if (!(life > 0) || claims.exp > 8.64e12) return 'life is not readable';
  if (life > maxLife) return 'life is longer than the limit';
  return undefined;
}

/** Whether a token has no claim `azp`, read without the gateway's code. */
function lacksParty(token: string): boolean {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return !Object.hasOwn(claims, 'azp');
  } catch {
    return false;
  }
}

interface Verdicts {
  acceptedByBoth: number;
  refusedByBoth: number;
  /** How often Mintgate was stricter, by reason. */
  stricter: Map<string, number>;
}

async function compare(
  count: number,
  carry: (token: string) => { ours: Record<string, string>; theirs: Record<string, string> },
  ask: Authenticate = authenticate,
  partiesOf: (token: string) => string[] | null = () => [party],
) {
  const verdicts: Verdicts = { acceptedByBoth: 0, refusedByBoth: 0, stricter: new Map() };
  for (const recipe of fc.sample(recipes, { numRuns: count, seed })) {
    const token = buildToken(recipe, forge, wrongForge);
    const { ours, theirs } = carry(token);
    const [mine, clerks] = await Promise.all([mintgate(ask, ours), oracle(theirs, partiesOf(token))]);
    const shown = JSON.stringify(recipe);
    if (mine !== null) {
      expect(clerks, `Clerk refuses what Mintgate accepts: ${shown}`).toEqual(mine);
      verdicts.acceptedByBoth += 1;
    } else if (clerks === null) {
      verdicts.refusedByBoth += 1;
    } else {
      const reason = namedReason(token);
      expect(reason, `stricter than Clerk without a reason: ${shown}`).toBeDefined();
      verdicts.stricter.set(reason ?? '', (verdicts.stricter.get(reason ?? '') ?? 0) + 1);
    }
    if (describesGoodToken(recipe)) expect(mine, `a good token is refused: ${shown}`).not.toBeNull();
  }
  return verdicts;
}

// Thousands of signatures take more than a minute on a busy machine.
describe('generated and mutated tokens', { timeout: 120_000 }, () => {
  test('A20 a Bearer token gets the verdict of Clerk, or a stricter one for a reason of the design', async () => {
    const { acceptedByBoth, refusedByBoth, stricter } = await compare(samples, (token) => {
      const headers = { authorization: `Bearer ${token}` };
      return { ours: headers, theirs: headers };
    });
    expect(acceptedByBoth).toBeGreaterThan(samples / 10);
    expect(refusedByBoth).toBeGreaterThan(samples / 10);
    expect([...stricter.keys()].sort()).toEqual(
      [
        'a header field is not text',
        'cat is not the session category',
        'iat is missing',
        'life is longer than the limit',
        'life is not readable',
        'malformed Authorization',
        'no sid',
        'no sub',
        'sid is malformed',
        'sts is not active',
      ].sort(),
    );
  });

  test('A20 a session cookie gets the verdict of Clerk, or a stricter one for a reason of the design', async () => {
    const { acceptedByBoth, refusedByBoth, stricter } = await compare(samples / 2, (token) => {
      const headers = { cookie: clerkCookies(token) };
      return { ours: headers, theirs: headers };
    });
    expect(acceptedByBoth).toBeGreaterThan(samples / 20);
    expect(refusedByBoth).toBeGreaterThan(samples / 20);
    expect(stricter.size).toBeGreaterThanOrEqual(6);
  });

  test('A20 X22 a token that is judged synchronously gets the same verdict, with the same caller', async () => {
    let accepted = 0;
    for (const recipe of fc.sample(recipes, { numRuns: samples, seed })) {
      const token = buildToken(recipe, forge, wrongForge);
      const now = verifyBearerNow(token, options);
      if (now === undefined) continue;
      // As text, without the function `has`.
      expect(JSON.stringify(await verifyBearer(token, options)), JSON.stringify(recipe)).toBe(
        JSON.stringify(now),
      );
      if (now.kind === 'authenticated') accepted += 1;
    }
    expect(accepted).toBeGreaterThan(samples / 10);
  });

  test('A19 A20 the letter case of the scheme Bearer does not change the verdict', async () => {
    const { acceptedByBoth } = await compare(500, (token) => ({
      ours: { authorization: `bEARER ${token}` },
      theirs: { authorization: `Bearer ${token}` },
    }));
    expect(acceptedByBoth).toBeGreaterThan(50);
  });

  test('A09 A20 with acceptMissingAzp, a token without azp gets the verdict of Clerk without authorized parties, and any other token the usual verdict', async () => {
    const lenient = createCredentialsAuthenticate({ ...options, acceptMissingAzp: true });
    const partiesOf = (token: string) => (lacksParty(token) ? null : [party]);
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const cookie = (token: string) => ({ cookie: clerkCookies(token) });
    for (const carry of [bearer, cookie]) {
      const { acceptedByBoth, refusedByBoth } = await compare(
        samples / 2,
        (token) => ({ ours: carry(token), theirs: carry(token) }),
        lenient,
        partiesOf,
      );
      expect(acceptedByBoth).toBeGreaterThan(samples / 20);
      expect(refusedByBoth).toBeGreaterThan(samples / 20);
    }
  });
});
