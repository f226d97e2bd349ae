import type { Remote } from '../../test/support/remote.ts';
import type { ClerkProcess, SessionToken } from './clerk-process.ts';
import type { Random } from './random.ts';
import { longestSessionToken, organizationsOf, users } from './setting.ts';

/** A session at the local Clerk, and its browser. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** How long its session tokens live, in seconds. */
  readonly tokenLife: number;
  /** The organization that Clerk holds active. */
  organizationId: string | null;
  token: SessionToken;
  /** When a new session token is due, in milliseconds since the epoch. */
  renewAt: number;
}

/** A revocation that a gateway has confirmed. */
export interface Confirmed {
  /** Session tokens issued later, in seconds since the epoch, are not meant. */
  until: number;
  /** The gateway that was told, and when, in milliseconds since the epoch. */
  gateway: number;
  sentAt: number;
  answeredAt: number;
}

/** Whose held tokens are out of date. */
type Changed = 'changed user' | 'changed organization';

/** Who is there to ask for tokens, and who is there no more. */
export interface World {
  readonly live: readonly Session[];
  /** Revoked, or banned: they go on asking with the session token that they have. */
  readonly gone: readonly Session[];
  /** A session token that is good for a while, as far as its browser knows. */
  tokenOf(session: Session): Promise<SessionToken>;
  add(userId?: string): Promise<Session>;
  /** Takes a session out of the live ones; another one comes in its place. */
  retire(session: Session): Promise<void>;
  confirm(kind: 'session' | 'user' | Changed, id: string, confirmed: Confirmed): void;
  /** What has been confirmed about the bearer of a session token. */
  confirmedFor(session: Session, token: SessionToken): readonly Confirmed[];
  /** What has been confirmed to have changed since a token was minted. @param issuedAt - of the token, in seconds since the epoch */
  changedFor(session: Session, token: SessionToken, issuedAt: number): readonly Confirmed[];
  switchOrganization(session: Session): Promise<void>;
  /** The browser was told that its session token is no good: it fetches another one, though not without end. */
  refused(session: Session): void;
  /** How many session tokens have been handed out. */
  tokens(): number;
}

/** When a browser fetches the next session token, in milliseconds since the epoch. @param life - in seconds */
const renewal = (life: number) => Date.now() + life * 700;

/** How soon a browser replaces a session token that is refused, in milliseconds from when that was issued. */
const patienceOfBrowser = 5_000;

/** Of sessions that are gone, so many go on asking. */
const goneAsking = 120;

export function createWorld(clerk: Remote<ClerkProcess>, random: Random): World {
  const live: Session[] = [];
  const gone: Session[] = [];
  const confirmed = new Map<string, Confirmed[]>();
  let tokens = 0;

  async function add(userId = random.pick(users)): Promise<Session> {
    const organizationId = random.chance(0.6) ? random.pick(organizationsOf(userId)) : null;
    const id = await clerk.createSession(userId, organizationId);
    // Most live as long as they may: else every minute would bring new callers, and memory would tell little.
    const tokenLife = random.chance(0.1) ? 60 : longestSessionToken;
    const token = await mint(id, tokenLife);
    // Banned meanwhile.
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
      // Whose session is over goes on with what there is.
      session.token = (await mint(session.id, session.tokenLife)) ?? session.token;
      return session.token;
    },
    async retire(session) {
      const at = live.indexOf(session);
      if (at < 0) return;
      live.splice(at, 1);
      gone.push(session);
      if (gone.length > goneAsking) gone.shift();
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
        // Whole seconds: one that was minted in the same second may have been minted after it.
        .filter(({ until }) => issuedAt < Math.floor(until)),
    async switchOrganization(session) {
      const organizationId = random.pick([null, ...organizationsOf(session.userId)]);
      await clerk.switchOrganization(session.id, organizationId);
      session.organizationId = organizationId;
      // The browser learns it a little later.
      session.renewAt = Math.min(session.renewAt, Date.now() + random.between(0, 2_000));
    },
    refused(session) {
      session.renewAt = Math.min(session.renewAt, session.token.issuedAt * 1_000 + patienceOfBrowser);
    },
    tokens: () => tokens,
  };
}
