import { expect, test, vi } from 'vitest';
import {
  beginReload,
  createFleet,
  endReload,
  type Fleet,
  join,
  type Member,
} from '../../../scripts/soak/fleet.ts';
import { seededRandom } from '../../../scripts/soak/random.ts';
import {
  chooseSteps,
  createRotations,
  endRotations,
  noteRotation,
  type Rotations,
  removedEntry,
  rotationCounts,
  sendSecret,
} from '../../../scripts/soak/rotations.ts';
import { type SecretName, secretText } from '../../../scripts/soak/secrets.ts';
import { start, useFakeClock } from './fixtures.ts';

useFakeClock();

/** Creates the rotations of two gateways without Redis. */
function createPair() {
  const fleet = createFleet({ publishableKey: '', apiUrl: '', redisPort: undefined });
  const members = [join(fleet), join(fleet)] as [Member, Member];
  const calls: string[] = [];
  const clerk = {
    addSecretKey: async (key: string) => void calls.push(`add ${key}`),
    removeSecretKey: async (key: string) => void calls.push(`remove ${key}`),
  } as never;
  const rotations = createRotations({ fleet, clerk, redis: undefined, random: seededRandom(1) });
  return { fleet, members, rotations, calls };
}

/** Reloads a gateway with all steps that it may take. @returns the secrets of these steps */
async function reload(rotations: Rotations, fleet: Fleet, member: Member): Promise<SecretName[]> {
  const taken = await chooseSteps(rotations, member, 1);
  beginReload(member, member.plain, taken);
  endReload(fleet, member);
  return taken;
}

test('no gateway takes a step before all others have taken the one before it', async () => {
  const { fleet, members, rotations } = createPair();
  const [one, other] = members;
  expect(await reload(rotations, fleet, one)).toHaveLength(5);
  expect(await reload(rotations, fleet, one)).toEqual([]);
  expect(await reload(rotations, fleet, other)).toHaveLength(5);
  expect(await reload(rotations, fleet, other)).toHaveLength(5);
  expect([one.steps.cacheKey, other.steps.cacheKey]).toEqual([1, 2]);
});

test('Clerk has a new secret key before the first gateway, and loses the old one after the last', async () => {
  const { fleet, members, rotations, calls } = createPair();
  const [oldKey, newKey] = [secretText('secretKey', 0), secretText('secretKey', 1)];
  for (let step = 1; step <= 2; step += 1) for (const one of members) await reload(rotations, fleet, one);
  expect(calls).toEqual([`add ${newKey}`]);
  // Both gateways wait until they have logged that Clerk accepts it, or for a time in which a fault has ended.
  expect(await reload(rotations, fleet, members[0])).not.toContain('secretKey');
  noteRotation(rotations, 1, 'Clerk accepts the first key');
  expect(await reload(rotations, fleet, members[0])).toEqual(['secretKey']);
  await endRotations(rotations);
  expect(calls).toHaveLength(1);
  vi.setSystemTime(start + 15_001);
  expect(await reload(rotations, fleet, members[1])).toContain('secretKey');
  await endRotations(rotations);
  expect(calls).toEqual([`add ${newKey}`, `remove ${oldKey}`]);
  expect(new Map(rotationCounts(rotations)).get('secretKey')).toBe(1);
});

const ofTheRouter = ['routerSecret', 'coprocessorSecret'] as const;

test.for(ofTheRouter)(
  'a removed %s is sent only where it must be refused, after the requests with it have been answered',
  async (name) => {
    const { fleet, members, rotations } = createPair();
    const [one] = members;
    const { entry, done } = sendSecret(rotations, name, one);
    expect([entry, removedEntry(rotations, name, one)]).toEqual([0, undefined]);
    for (let step = 1; step <= 2; step += 1)
      for (const member of members) await reload(rotations, fleet, member);
    expect(await reload(rotations, fleet, one)).not.toContain(name);
    // From now on, the other side sends the new one alone.
    const sent = () => Array.from({ length: 20 }, () => sendSecret(rotations, name, one).entry);
    expect(new Set(sent())).toEqual(new Set([1]));
    done();
    expect(await reload(rotations, fleet, one)).toContain(name);
    expect(removedEntry(rotations, name, one)).toBe(0);
  },
);
