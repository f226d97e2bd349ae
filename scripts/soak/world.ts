import type { Remote } from '../../test/support/remote.ts';
import type { ClerkProcess, SessionToken } from './clerk-process.ts';
import { longestSessionToken, organizationsOf, users } from './configuration.ts';
import type { Random } from './random.ts';

/** A session of the local Clerk, with the state of its browser. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** The life of its session tokens, in seconds. */
  readonly tokenLife: number;
  /** The active organization at Clerk. */
  organizationId: string | null;
  token: SessionToken;
  /** When the browser fetches a new session token, in milliseconds since the epoch. */
  renewAt: number;
}

/** A revocation or change that a gateway has acknowledged. */
export interface Confirmed {
  /** It does not concern session tokens issued later than this, in seconds since the epoch. */
  until: number;
  /** The gateway that got the webhook. Times are milliseconds since the epoch. */
  gateway: number;
  sentAt: number;
  answeredAt: number;
}

/** Events that make held tokens outdated, without ending a session. */
type Changed = 'changed user' | 'changed organization';

/** The sessions of the test, and what the gateways have acknowledged about them. */
export interface World {
  readonly live: readonly Session[];
  /** Revoked or banned sessions. They keep sending requests with their last session token. */
  readonly gone: readonly Session[];
  /** Returns the session token of a browser, and renews it when it is due. */
  tokenOf(session: Session): Promise<SessionToken>;
  add(userId?: string): Promise<Session>;
  /** Moves a session from `live` to `gone`, and adds a new one. */
  retire(session: Session): Promise<void>;
  confirm(kind: 'session' | 'user' | Changed, id: string, confirmed: Confirmed): void;
  /** Returns the acknowledged revocations that concern a session token. */
  confirmedFor(session: Session, token: SessionToken): readonly Confirmed[];
  /** Returns the acknowledged changes since a token was minted. @param issuedAt - its `iat`, in seconds since the epoch */
  changedFor(session: Session, token: SessionToken, issuedAt: number): readonly Confirmed[];
  switchOrganization(session: Session): Promise<void>;
  /** Lets the browser fetch a new session token soon, because the gateway refused the old one. */
  refused(session: Session): void;
  /** The number of session tokens that were fetched. */
  tokens(): number;
}

/** Returns when a browser fetches its next session token, in milliseconds since the epoch. @param life - in seconds */
const renewal = (life: number) => Date.now() + life * 700;

/** A browser replaces a refused session token this long after its `iat`, in milliseconds. */
const refusedTokenMs = 5_000;

/** The number of ended sessions that keep sending requests. */
const maxGone = 120;

export function createWorld(clerk: Remote<ClerkProcess>, random: Random): World {
  const live: Session[] = [];
  const gone: Session[] = [];
  const confirmed = new Map<string, Confirmed[]>();
  let tokens = 0;

  async function add(userId = random.pick(users)): Promise<Session> {
    const organizationId = random.chance(0.6) ? random.pick(organizationsOf(userId)) : null;
    const id = await clerk.createSession(userId, organizationId);
    // Most tokens live as long as allowed: new callers in every minute would hide a memory leak.
    const tokenLife = random.chance(0.1) ? 60 : longestSessionToken;
    const token = await mint(id, tokenLife);
    // The user was banned meanwhile.
    if (token === undefined) return add();
    const session: Session = { id, userId, organizationId, tokenLife, token, renewAt: renewal(tokenLife) };
    live.push(session);
    return session;
  }

  async function mint(id: string, life: number): Promise<SessionToken | undefined> {
    tokens += 1;
    return clerk.sessionToken(id, life).catch(() => undefined);
  }

  return {
    live,
    gone,
    add,
    async tokenOf(session) {
      if (Date.now() < session.renewAt || gone.includes(session)) return session.token;
      session.renewAt = renewal(session.tokenLife);
      // A session that has ended keeps its last token.
      session.token = (await mint(session.id, session.tokenLife)) ?? session.token;
      return session.token;
    },
    async retire(session) {
      const at = live.indexOf(session);
      if (at < 0) return;
      live.splice(at, 1);
      gone.push(session);
      if (gone.length > maxGone) gone.shift();
      await add();
    },
    confirm(kind, id, one) {
      const key = `${kind} ${id}`;
      confirmed.set(key, [...(confirmed.get(key) ?? []), one]);
    },
    confirmedFor: (session, token) => [
      ...(confirmed.get(`session ${session.id}`) ?? []),
      ...(confirmed.get(`user ${session.userId}`) ?? []).filter(({ until }) => token.issuedAt <= until),
    ],
    changedFor: (session, token, issuedAt) =>
      [
        ...(confirmed.get(`changed user ${session.userId}`) ?? []),
        ...(confirmed.get(`changed organization ${token.organizationId}`) ?? []),
      ]
        // `iat` is in whole seconds: a token of the same second may be newer than the change.
        .filter(({ until }) => issuedAt < Math.floor(until)),
    async switchOrganization(session) {
      const organizationId = random.pick([null, ...organizationsOf(session.userId)]);
      await clerk.switchOrganization(session.id, organizationId);
      session.organizationId = organizationId;
      // The browser learns of it a little later.
      session.renewAt = Math.min(session.renewAt, Date.now() + random.between(0, 2_000));
    },
    refused(session) {
      session.renewAt = Math.min(session.renewAt, session.token.issuedAt * 1_000 + refusedTokenMs);
    },
    tokens: () => tokens,
  };
}
