import { setTimeout as pause } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Remote } from '../../test/support/remote.ts';
import type { ClerkProcess } from './clerk-process.ts';
import type { Fleet, Member } from './fleet.ts';
import type { Random } from './random.ts';
import {
  entriesAt,
  entryAddedBy,
  entryRemovedBy,
  noSteps,
  redisAccess,
  type SecretName,
  type Steps,
  secretNames,
  secretText,
} from './secrets.ts';

const sentSecrets = ['webhookSigningSecret', 'routerSecret', 'coprocessorSecret'] as const;

/** A secret that the other side sends with requests: Clerk with webhooks, the router with queries and to the coprocessor. */
export type SentSecret = (typeof sentSecrets)[number];

interface RotationsOptions {
  readonly fleet: Fleet;
  readonly clerk: Remote<ClerkProcess>;
  readonly redis: RedisServer | undefined;
  readonly random: Random;
}

/** The state of the rotations of a run. */
export interface Rotations extends RotationsOptions {
  /** The newest entry of each secret that its other side has. */
  readonly known: Steps;
  /** The oldest entry of each secret that is in use: all before it are removed everywhere. */
  readonly oldest: Steps;
  /** The oldest entry that the other side still sends. */
  readonly sends: Steps;
  /** Requests under way with an entry of a secret. */
  readonly underWay: Map<string, number>;
  /** How often a gateway has logged that Clerk accepts a newer key while it has the older one, too. */
  accepted: number;
}

/** The time after which a rotation of the secret key goes on although Clerk has not accepted the new key, in milliseconds: it has a fault. */
const acceptanceMs = 15_000;
/** How long the connections to a former address of Redis stay open, in milliseconds. */
const formerConnectionMs = 1_500;

/** Creates the state of a run in which every secret has its first entry. */
export function createRotations(options: RotationsOptions): Rotations {
  const [known, oldest, sends] = [noSteps(), noSteps(), noSteps()];
  return { ...options, known, oldest, sends, underWay: new Map(), accepted: 0 };
}

/** The secrets of this run. */
const namesOf = ({ redis }: Rotations) => secretNames.filter((name) => name !== 'redisUrl' || redis);

/**
 * Chooses the steps that a gateway takes by its next reload, in the order of the docs: no gateway takes a step before all others have taken
 * the one before it. Prepares the other sides of these secrets.
 *
 * @param probability - of each possible step
 */
export async function chooseSteps(
  rotations: Rotations,
  member: Member,
  probability: number,
): Promise<SecretName[]> {
  const { random } = rotations;
  const chosen = namesOf(rotations).filter(
    (name) => random.chance(probability) && mayStep(rotations, member, name),
  );
  await Promise.all(chosen.map((name) => prepare(rotations, name, member.steps[name] + 1)));
  return chosen;
}

function mayStep(rotations: Rotations, member: Member, name: SecretName): boolean {
  const { fleet, oldest } = rotations;
  const all = [...fleet.members];
  const step = member.steps[name];
  if (all.some(({ steps }) => steps[name] < step)) return false;
  // The rotation before has not ended.
  if (entryAddedBy(name, step + 1) !== undefined && oldest[name] !== entriesAt(name, step)[0]) return false;
  const removed = entryRemovedBy(name, step + 1);
  if (removed !== undefined && isSent(name)) return isSentNoLonger(rotations, name, removed);
  // All gateways have logged that they are connected at the new address.
  if (name === 'redisUrl') return all.every(({ redisStep }) => redisStep >= step);
  if (name !== 'secretKey' || removed === undefined) return true;
  return (
    member.acceptedKey === entriesAt(name, step)[0] || Date.now() > member.steppedAt.secretKey + acceptanceMs
  );
}

/** Does what the docs say must be done elsewhere before a step. */
async function prepare(rotations: Rotations, name: SecretName, step: number): Promise<void> {
  const { known, clerk, redis } = rotations;
  const added = entryAddedBy(name, step);
  if (added === undefined || added <= known[name]) return;
  known[name] = added;
  if (name === 'secretKey') await clerk.addSecretKey(secretText(name, added));
  if (name === 'redisUrl' && redis) await setAccess(redis, 'SETUSER', ...redisAccess(added));
}

/** Lets the other side send an entry no longer. @returns whether all requests with it have been answered */
function isSentNoLonger({ sends, underWay }: Rotations, name: SentSecret, entry: number): boolean {
  sends[name] = Math.max(sends[name], entry + 1);
  return !underWay.get(`${name} ${entry}`);
}

/** Changes a user of Redis. Waits up to 10 s while a fault has stopped Redis: the client gives up earlier. */
async function setAccess(
  { client }: RedisServer,
  ...change: ['SETUSER' | 'DELUSER', ...string[]]
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return void (await client.call('ACL', ...change));
    } catch (error) {
      if (tries === 10) throw error;
      await pause(1_000);
    }
  }
}

/** Ends rotations: removes entries that no gateway has any longer from their other sides. */
export async function endRotations(rotations: Rotations): Promise<void> {
  const { fleet, clerk, redis, oldest } = rotations;
  const now = Date.now();
  for (const name of namesOf(rotations)) {
    const entry = oldest[name];
    const isUnused = [...fleet.members].every(
      ({ steps, redisStep, steppedAt }) =>
        !entriesAt(name, steps[name]).includes(entry) &&
        (name !== 'redisUrl' || (redisStep === steps[name] && now > steppedAt[name] + formerConnectionMs)),
    );
    if (!isUnused) continue;
    oldest[name] += 1;
    if (name === 'secretKey') await clerk.removeSecretKey(secretText(name, entry));
    if (name === 'redisUrl' && redis) await setAccess(redis, 'DELUSER', redisAccess(entry)[0]);
  }
}

/** Returns how often each secret of this run was rotated. */
export function rotationCounts(rotations: Rotations): [SecretName, number][] {
  return namesOf(rotations).map((name) => [name, rotations.oldest[name]]);
}

/**
 * Chooses an entry of a secret that a gateway accepts now, and will accept until the request is answered.
 *
 * @returns the entry, and a function to call when the request is answered
 */
export function sendSecret(
  { random, sends, underWay }: Rotations,
  name: SentSecret,
  member: Member,
): { entry: number; done: () => void } {
  const usable = entriesAt(name, member.steps[name]).filter((entry) => entry >= sends[name]);
  const entry = random.pick(usable);
  const key = `${name} ${entry}`;
  underWay.set(key, (underWay.get(key) ?? 0) + 1);
  return { entry, done: () => void underWay.set(key, (underWay.get(key) ?? 1) - 1) };
}

/** Returns an entry that a gateway no longer accepts; undefined before the first rotation. */
export function removedEntry({ random }: Rotations, name: SentSecret, member: Member): number | undefined {
  const oldest = Math.min(...entriesAt(name, member.steps[name]));
  return oldest === 0 ? undefined : random.between(0, oldest - 1);
}

/** Notes a log line of a gateway about a rotation. */
export function noteRotation(
  rotations: Rotations,
  gateway: number,
  what: 'Redis has moved' | 'Clerk accepts the first key',
): void {
  const member = rotations.fleet.byId.get(gateway);
  if (!member) return;
  if (what === 'Redis has moved') {
    member.redisStep = member.nextSteps.redisUrl;
    member.steppedAt.redisUrl = Date.now();
  } else {
    rotations.accepted += 1;
    [member.acceptedKey] = entriesAt('secretKey', member.nextSteps.secretKey);
  }
}

function isSent(name: SecretName): name is SentSecret {
  return (sentSecrets as readonly SecretName[]).includes(name);
}
