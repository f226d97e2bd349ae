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
  /** The event does not concern session tokens that are issued later, in seconds since the epoch. */
  until: number;
  /** The gateway that got the webhook. Times are milliseconds since the epoch. */
  gateway: number;
  sentAt: number;
  answeredAt: number;
}

/** The effect of an acknowledged event: a revocation, or a change that makes held tokens outdated without ending a session. */
type Subject = 'session' | 'user' | 'changed user' | 'changed organization';

/** The sessions of the test, and the events that the gateways have acknowledged. */
export interface World {
  readonly clerk: Remote<ClerkProcess>;
  readonly random: Random;
  readonly live: Session[];
  /** Revoked or banned sessions. They keep sending requests with their last session token. */
  readonly ended: Session[];
  /** The acknowledged events by subject and id. */
  readonly confirmed: Map<string, Confirmed[]>;
  /** The number of session tokens that were fetched. */
  fetchedTokens: number;
}

/** Returns when a browser fetches its next session token, in milliseconds since the epoch. @param life - in seconds */
const renewal = (life: number) => Date.now() + life * 700;

/** The age at which a browser replaces a refused session token, in milliseconds. */
const refusedTokenMs = 5_000;

/** The number of ended sessions that keep sending requests. */
const maxEnded = 120;

/** Creates a world without sessions. */
export function createWorld(clerk: Remote<ClerkProcess>, random: Random): World {
  return { clerk, random, live: [], ended: [], confirmed: new Map(), fetchedTokens: 0 };
}

/** Signs in a user. @param userId - @default a random user */
export async function addSession(world: World, userId = world.random.pick(users)): Promise<Session> {
  const { clerk, random, live } = world;
  const organizationId = random.chance(0.6) ? random.pick(organizationsOf(userId)) : null;
  const id = await clerk.createSession(userId, organizationId);
  // Most tokens live as long as allowed: new callers in every minute would hide a memory leak.
  const tokenLife = random.chance(0.1) ? 60 : longestSessionToken;
  const token = await fetchToken(world, id, tokenLife);
  // The user was banned meanwhile.
  if (token === undefined) return addSession(world);
  const session: Session = { id, userId, organizationId, tokenLife, token, renewAt: renewal(tokenLife) };
  live.push(session);
  return session;
}

/** Returns the session token of a browser, and renews it when it is due. */
export async function currentToken(world: World, session: Session): Promise<SessionToken> {
  if (Date.now() < session.renewAt || world.ended.includes(session)) return session.token;
  session.renewAt = renewal(session.tokenLife);
  // A session that has ended keeps its last token.
  session.token = (await fetchToken(world, session.id, session.tokenLife)) ?? session.token;
  return session.token;
}

async function fetchToken(world: World, id: string, life: number): Promise<SessionToken | undefined> {
  world.fetchedTokens += 1;
  return world.clerk.sessionToken(id, life).catch(() => undefined);
}

/** Moves a session from `live` to `ended`, and adds a new one. */
export async function retireSession(world: World, session: Session): Promise<void> {
  const { live, ended } = world;
  const at = live.indexOf(session);
  if (at < 0) return;
  live.splice(at, 1);
  ended.push(session);
  if (ended.length > maxEnded) ended.shift();
  await addSession(world);
}

/** Sets another active organization of a session at Clerk. The browser notices it within 2 s. */
export async function switchOrganization({ clerk, random }: World, session: Session): Promise<void> {
  const organizationId = random.pick([null, ...organizationsOf(session.userId)]);
  await clerk.switchOrganization(session.id, organizationId);
  session.organizationId = organizationId;
  session.renewAt = Math.min(session.renewAt, Date.now() + random.between(0, 2_000));
}

/** Lets the browser fetch a new session token soon, because the gateway refused the old one. */
export function replaceRefusedToken(session: Session): void {
  session.renewAt = Math.min(session.renewAt, session.token.issuedAt * 1_000 + refusedTokenMs);
}

/** Records an event that a gateway has acknowledged. */
export function recordConfirmed({ confirmed }: World, subject: Subject, id: string, event: Confirmed): void {
  const key = `${subject} ${id}`;
  confirmed.set(key, [...(confirmed.get(key) ?? []), event]);
}

/** Returns the acknowledged revocations that concern a session token. */
export function revocationsOf({ confirmed }: World, session: Session, token: SessionToken): Confirmed[] {
  return [
    ...(confirmed.get(`session ${session.id}`) ?? []),
    ...(confirmed.get(`user ${session.userId}`) ?? []).filter(({ until }) => token.issuedAt <= until),
  ];
}

/** Returns the acknowledged changes that make the held tokens of a caller outdated. */
export function changesOf({ confirmed }: World, session: Session, token: SessionToken): Confirmed[] {
  return [
    ...(confirmed.get(`changed user ${session.userId}`) ?? []),
    ...(confirmed.get(`changed organization ${token.organizationId}`) ?? []),
  ];
}

/** Returns whether a token was minted before a change. @param issuedAt - its `iat`, in seconds since the epoch */
export function isOlderThan(issuedAt: number, { until }: Confirmed): boolean {
  // `iat` is in whole seconds: a token of the same second may be newer than the change.
  return issuedAt < Math.floor(until);
}
