import type { Instance } from '../instance.ts';
import { randomHex } from '../random-id.ts';
import { entitlementClaims } from './entitlement-claims.ts';
import type { TokenSubject } from './token-subject.ts';

/** Marks a session token in the JOSE header `cat`: `jwtCategories` of @clerk/backend. */
const sessionTokenCategory = 'cl_B7d4PD111AAA';

/** Seconds. */
const defaultLifetime = 60;

/** Seconds from `nbf` to `iat`. */
const notBeforeMargin = 10;

/** Options of one session token. */
interface SessionTokenOptions {
  /** The origin of the page in the browser, claim `azp`. @default absent from the token */
  azp?: string | undefined;
  /** Seconds. @default 60 */
  lifetimeSeconds?: number | undefined;
}

/**
 * Signs a session token in version 2 of Clerk's format.
 * Source: https://clerk.com/docs/guides/sessions/session-tokens
 */
export function signSessionToken(
  instance: Instance,
  subject: TokenSubject,
  { azp, lifetimeSeconds = defaultLifetime }: SessionTokenOptions = {},
): Promise<string> {
  const { session, status, user, active } = subject;
  const iat = instance.clock.seconds();
  const claims = {
    ...(azp === undefined ? {} : { azp }),
    exp: iat + lifetimeSeconds,
    ...entitlementClaims(user, active),
    fva: factorAges(subject, instance.clock.now()),
    iat,
    iss: instance.issuer,
    jti: randomHex(10),
    nbf: iat - notBeforeMargin,
    sid: session.id,
    sts: status,
    sub: user.id,
    v: 2,
    ...(session.actor === null ? {} : { act: session.actor }),
  };
  return instance.keys.sign(claims, { cat: sessionTokenCategory });
}

function factorAges({ session }: TokenSubject, now: number): number[] {
  const minutes = Math.max(0, Math.floor((now - session.factors_at) / 60_000));
  return session.factor_verification_age.map((age) => (age === -1 ? -1 : age + minutes));
}
