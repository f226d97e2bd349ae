import type { Instance } from '../instance.ts';
import { randomHex } from '../random-id.ts';
import { entitlementClaims } from './organization-claims.ts';
import type { Subject } from './session-subject.ts';

/** Marks session tokens in the JOSE header: `jwtCategories` of @clerk/backend. */
const SESSION_TOKEN_CATEGORY = 'cl_B7d4PD111AAA';

const LIFETIME = 60;

/** Seconds before `iat` from which a session token holds. */
const NOT_BEFORE_MARGIN = 10;

export interface SessionTokenOptions {
  /** The origin that a browser would have asked from. Left out of the token unless given. */
  azp?: string | undefined;
  /** @default 60 */
  lifetimeSeconds?: number | undefined;
}

/**
 * A session token in version 2 of Clerk's format.
 * Source: https://clerk.com/docs/guides/sessions/session-tokens
 */
export function signSessionToken(
  instance: Instance,
  subject: Subject,
  options: SessionTokenOptions = {},
): Promise<string> {
  const { session, status, user, active } = subject;
  const iat = instance.clock.seconds();
  const claims = {
    ...(options.azp === undefined ? {} : { azp: options.azp }),
    exp: iat + (options.lifetimeSeconds ?? LIFETIME),
    ...entitlementClaims(user, active),
    fva: factorAges(subject, instance.clock.now()),
    iat,
    iss: instance.issuer,
    jti: randomHex(10),
    nbf: iat - NOT_BEFORE_MARGIN,
    sid: session.id,
    sts: status,
    sub: user.id,
    v: 2,
    ...(session.actor === null ? {} : { act: session.actor }),
  };
  return instance.keys.sign(claims, { cat: SESSION_TOKEN_CATEGORY });
}

function factorAges({ session }: Subject, now: number): number[] {
  const minutes = Math.max(0, Math.floor((now - session.factors_at) / 60_000));
  return session.factor_verification_age.map((age) => (age === -1 ? -1 : age + minutes));
}
