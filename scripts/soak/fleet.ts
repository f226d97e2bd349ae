import type { Connection, GatewaySettings, PlainSettings } from './gateway-settings.ts';
import { initialSettings } from './gateway-settings.ts';
import type { Period } from './period.ts';
import { overlaps } from './period.ts';
import { entriesAt, noSteps, type SecretName, type Steps, secretNames } from './secrets.ts';

/** A list of cache keys that a gateway may have used in a period. */
interface KeyPeriod extends Period {
  readonly step: number;
  to: number;
}

/** A gateway with its settings, from before it is opened until it is closed. */
export interface Member {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
  plain: PlainSettings;
  /** The steps that it has certainly taken. */
  steps: Steps;
  /** Those after the reload that is under way, if one is. */
  nextSteps: Steps;
  /** When it took the last step of each secret, in milliseconds since the epoch. */
  readonly steppedAt: Steps;
  /** The step of `redisUrl` whose address it uses. */
  redisStep: number;
  /** The entry of `secretKey` of which it has logged last that Clerk accepts it, as the first of several; -1 before. */
  acceptedKey: number;
  readonly cacheKeys: KeyPeriod[];
}

/** All gateways with their settings. The lists of two open gateways are at most one step apart, as in a rotation by the docs. */
export interface Fleet {
  readonly connection: Connection;
  /** The gateways that are open, are being opened, or are being closed. */
  readonly members: Set<Member>;
  /** All gateways so far, by number. */
  readonly byId: Map<number, Member>;
  /** The settings with which the next gateway starts. */
  plain: PlainSettings;
}

/** Creates a fleet without gateways. */
export function createFleet(connection: Connection): Fleet {
  return { connection, members: new Set(), byId: new Map(), plain: initialSettings };
}

/** Adds a gateway that will be opened, with the present settings: the latest step of each rotation. */
export function join(fleet: Fleet): Member {
  const now = Date.now();
  const steps = noSteps();
  for (const name of secretNames)
    steps[name] = Math.max(0, ...[...fleet.members].map(({ nextSteps }) => nextSteps[name]));
  // Its tokens must fit into the memory of every run.
  const plain = { ...fleet.plain, cacheSize: initialSettings.cacheSize };
  const member: Member = {
    ...{ id: fleet.byId.size + 1, joinedAt: now, plain, steps, nextSteps: steps, steppedAt: noSteps() },
    ...{ redisStep: steps.redisUrl, acceptedKey: -1 },
    cacheKeys: [{ step: steps.cacheKey, from: now, to: Number.POSITIVE_INFINITY }],
  };
  fleet.members.add(member);
  fleet.byId.set(member.id, member);
  return member;
}

/** Removes a gateway that is closed. */
export function leave({ members }: Fleet, member: Member): void {
  members.delete(member);
}

/** Returns the settings that a gateway has after the reload that is under way. */
export function settingsOf({ connection }: Fleet, { plain, nextSteps }: Member): GatewaySettings {
  return { ...connection, plain, steps: nextSteps };
}

/** Notes that a reload begins. */
export function beginReload(member: Member, plain: PlainSettings, taken: readonly SecretName[]): void {
  const now = Date.now();
  member.plain = plain;
  member.nextSteps = { ...member.steps };
  for (const name of taken) {
    member.nextSteps[name] += 1;
    member.steppedAt[name] = now;
  }
  if (!taken.includes('cacheKey')) return;
  member.cacheKeys.push({ step: member.nextSteps.cacheKey, from: now, to: Number.POSITIVE_INFINITY });
}

/** Notes that the settings of a reload are in force. */
export function endReload(fleet: Fleet, member: Member): void {
  member.steps = member.nextSteps;
  fleet.plain = member.plain;
  for (const before of member.cacheKeys.slice(0, -1)) before.to = Math.min(before.to, Date.now());
}

/** Returns the cache keys that a gateway certainly had during a whole period. */
function certainKeys({ cacheKeys }: Member, period: Period): readonly number[] {
  const [first = [], ...more] = cacheKeys
    .filter((one) => overlaps(one, period))
    .map(({ step }) => entriesAt('cacheKey', step));
  return first.filter((entry) => more.every((list) => list.includes(entry)));
}

/** A revocation that a gateway has acknowledged. */
interface Acknowledged {
  readonly gateway: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Whether a gateway must know a revocation. */
interface Knowledge {
  gateway: number;
  revocation: Acknowledged;
  /** The numbers of the permanent gateways. */
  permanent: readonly number[];
  /** When it must know it, in milliseconds since the epoch. */
  at: number;
}

/**
 * Returns whether a gateway can know a revocation by its cache keys. If it was open at that time, it had a key in common with the gateway that
 * acknowledged it. If it joined later, it must have begun with a key of that revocation, under which the permanent gateways still restore it
 * after a loss of data in Redis.
 */
export function canKnow({ byId }: Fleet, { gateway, revocation, permanent, at }: Knowledge): boolean {
  const member = byId.get(gateway);
  const source = byId.get(revocation.gateway);
  if (!member || !source || member.joinedAt <= revocation.sentAt) return true;
  const since = { from: member.joinedAt, to: at };
  const signed = certainKeys(source, { from: revocation.sentAt, to: revocation.answeredAt });
  const holders = permanent.map((id) => byId.get(id)).filter((one) => one !== undefined);
  const [{ step } = { step: 0 }] = member.cacheKeys;
  const lists = [entriesAt('cacheKey', step), ...holders.map((one) => certainKeys(one, since))];
  return signed.some((entry) => lists.every((list) => list.includes(entry)));
}
