/** The secrets that are rotated. */
export const secretNames = [
  'secretKey',
  'cacheKey',
  'webhookSigningSecret',
  'routerSecret',
  'coprocessorSecret',
  'redisUrl',
] as const;

export type SecretName = (typeof secretNames)[number];

/** How far a gateway is in the rotation of each secret: the number of steps that it has taken. */
export type Steps = Record<SecretName, number>;

/** Returns the steps before the first rotation. */
export const noSteps = (): Steps => Object.fromEntries(secretNames.map((name) => [name, 0])) as Steps;

/** Every value of a secret of the test contains this, except those whose form Clerk prescribes. */
export const secretMark = 'soak-secret-';

/** The number of steps from one entry to the next: it is added, it is the first, and the old one is removed. */
const stepsPerEntry = 3;

/** The number of users of Redis. Rotations of `REDIS_URL` use them one after the other, again and again. */
const redisUserCount = 4;

/**
 * Returns the numbers of the entries of a list after a number of steps, in the order of the list. In every other rotation the new entry is the
 * first at once, as the docs say; in the others it is the second before.
 */
export function entriesAt(name: SecretName, step: number): readonly [number, ...number[]] {
  // REDIS_URL takes one entry.
  if (name === 'redisUrl') return [step];
  const entry = Math.floor(step / stepsPerEntry);
  if (step % stepsPerEntry === 0) return [entry];
  const isSecond = step % stepsPerEntry === 1 && entry % 2 === 1;
  return isSecond ? [entry, entry + 1] : [entry + 1, entry];
}

/** Returns the entry that a step adds, if it adds one. */
export function entryAddedBy(name: SecretName, step: number): number | undefined {
  const before: readonly number[] = step === 0 ? [] : entriesAt(name, step - 1);
  return entriesAt(name, step).find((entry) => !before.includes(entry));
}

/** Returns the entry that a step removes, if it removes one: the end of a rotation. */
export function entryRemovedBy(name: SecretName, step: number): number | undefined {
  const after = entriesAt(name, step);
  return step === 0 ? undefined : entriesAt(name, step - 1).find((entry) => !after.includes(entry));
}

/** Returns an entry of a secret. */
export function secretText(name: Exclude<SecretName, 'redisUrl'>, entry: number): string {
  const marked = `${secretMark}${name}-${entry}-`.padEnd(40, 'x');
  if (name === 'secretKey') return ['sk', 'test', marked].join('_');
  if (name === 'webhookSigningSecret') return ['whsec', Buffer.from(marked).toString('base64')].join('_');
  return marked;
}

const redisUser = (entry: number) => `soak${entry % redisUserCount}`;
const redisPassword = (entry: number) => `${secretMark}password-${entry % redisUserCount}`;
/** The permissions that docs/redis.md recommends. */
const redisRights = ['~mintgate:*', '&mintgate:*', '+@all', '-@dangerous'];

/** Returns `REDIS_URL` of an entry. @param port - of Redis on loopback */
export function redisUrl(port: number, entry: number): string {
  return `redis://${redisUser(entry)}:${redisPassword(entry)}@127.0.0.1:${port}`;
}

/** Returns the arguments of `ACL SETUSER` for the user of an entry. */
export function redisAccess(entry: number): [user: string, ...rules: string[]] {
  return [redisUser(entry), 'reset', 'on', `>${redisPassword(entry)}`, ...redisRights];
}

/** Arguments of `redis-server` that create all users, so that a server that was killed has them as soon as it is back. */
export const redisArguments: readonly string[] = Array.from({ length: redisUserCount }, (_, entry) => {
  const [user, ...rules] = redisAccess(entry);
  return ['--user', user, ...rules];
}).flat();
