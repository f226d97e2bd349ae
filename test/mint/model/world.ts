import type { Caller } from '../../../src/auth/caller.ts';
import type { TemplatePolicy } from '../../../src/mint/policy.ts';
import { aCaller } from '../../support/engine.ts';

/** The templates, one for each kind of policy. */
export const templates = {
  plain: {},
  tenant: { organizationClaim: 'org', lifetime: 120 },
  admins: { requires: { role: 'org:admin' }, organizationClaim: ['org'], lifetime: 90 },
  uncached: { cache: false },
  brief: { maxCacheAge: 10, lifetime: 30 },
  long: { lifetime: 600, maxCacheAge: 200 },
} satisfies Record<string, TemplatePolicy>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as TemplateName[];
export const policyOf = (name: TemplateName): TemplatePolicy => templates[name];

export const sessionIds = ['sess_ada', 'sess_ada-2', 'sess_bob', 'sess_eve'] as const;
export const organizationIds = [null, 'org_one', 'org_two'] as const;
export type OrganizationId = (typeof organizationIds)[number];

/** A session at Clerk, and the browser's session tokens of it. */
export interface Session {
  readonly id: string;
  /** The active organization on Clerk's server. */
  organizationId: OrganizationId;
  isAdmin: boolean;
  hasEnded: boolean;
  /** The browser's session token, and the one before it. */
  now: Caller | undefined;
  before: Caller | undefined;
}

export interface World {
  readonly sessions: readonly Session[];
  /** The gateway's clock minus Clerk's, in milliseconds. */
  clockOffsetMs: number;
  /** Clerk's clock, in seconds since the epoch. */
  clerkSeconds(): number;
  /** Fetches a new session token, if the session has not ended. */
  refresh(session: Session): void;
  /** Returns the caller; undefined where no session token would be accepted. */
  callerOf(session: Session, which: 'now' | 'before'): Caller | undefined;
}

/** Seconds after which a browser replaces its session token. */
const refreshAfter = 50;
const skew = 5;

export function createWorld(): World {
  const sessions = sessionIds.map((id, index): Session => {
    const organizationId = organizationIds[index % organizationIds.length] ?? null;
    return { id, organizationId, isAdmin: false, hasEnded: false, now: undefined, before: undefined };
  });
  const world: World = {
    sessions,
    clockOffsetMs: 0,
    clerkSeconds: () => Math.floor((Date.now() - world.clockOffsetMs) / 1000),
    refresh(session) {
      if (session.hasEnded) return;
      const iat = world.clerkSeconds();
      const { organizationId: id, isAdmin } = session;
      const o = id === null ? {} : { o: { id, rol: isAdmin ? 'admin' : 'member', slg: id } };
      const sub = session.id.replace(/^sess_/, 'user_').replace(/-\d+$/, '');
      session.before = session.now;
      session.now = aCaller({ sid: session.id, sub, iat, exp: iat + 60, nbf: iat - 10, ...o });
    },
    callerOf(session, which) {
      if (!session.now || world.clerkSeconds() - session.now.claims.iat > refreshAfter)
        world.refresh(session);
      const caller = which === 'now' ? session.now : (session.before ?? session.now);
      const now = Date.now() / 1000;
      if (!caller || caller.expiresAt + skew <= now || caller.claims.iat > now + skew) return undefined;
      return caller;
    },
  };
  return world;
}

/** Returns the key of a token: requests with equal keys may share it. Times and ignored claims may differ. */
export function keyOf(
  { sessionId, userId, claims }: Caller,
  template: TemplateName,
  ignored: readonly string[],
): string {
  return JSON.stringify([sessionId, userId, template, ignored.includes('o') ? null : (claims.o ?? null)]);
}

/** Returns whether the policy of a template allows a caller. */
export function mayMint({ claims }: Caller, template: TemplateName): boolean {
  return template !== 'admins' || (claims.o as { rol?: string } | undefined)?.rol === 'admin';
}
