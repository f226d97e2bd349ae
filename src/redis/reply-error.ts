import { ReplyError } from 'ioredis';

/** How the link reacts to a refusal of Redis, and the advice for the operator. */
interface Refusal {
  /** Whether this server is not the one to write to, so that both connections are made anew. */
  leave?: true;
  /** Whether it may pass without anybody doing anything. */
  passing?: true;
  advice: string;
}

const cluster: Refusal = {
  advice: 'it is a node of Redis Cluster, which is not supported: REDIS_URL must lead to a server without it',
};

/** By the word that a refusal begins with; by a word of our own where Redis says ERR. */
const refusals = new Map<string, Refusal>([
  [
    'READONLY',
    { leave: true, passing: true, advice: 'it is a read-only replica: REDIS_URL must lead to the primary' },
  ],
  [
    'MASTERDOWN',
    {
      leave: true,
      passing: true,
      advice: 'it is a replica that has lost its primary: REDIS_URL must lead to the primary',
    },
  ],
  [
    'UNBLOCKED',
    { leave: true, passing: true, advice: 'it has become a replica: REDIS_URL must lead to the primary' },
  ],
  ['LOADING', { leave: true, passing: true, advice: 'it is loading its data: wait until it is ready' }],
  [
    'BUSY',
    { leave: true, passing: true, advice: 'it runs a script that does not end: stop it with SCRIPT KILL' },
  ],
  [
    'NOREPLICAS',
    {
      leave: true,
      passing: true,
      advice: 'it takes no writes without its replicas: connect them, or lower min-replicas-to-write',
    },
  ],
  ['CLUSTERDOWN', { leave: true, passing: true, advice: 'its cluster is down: see CLUSTER INFO' }],
  [
    'MAXCLIENTS',
    { leave: true, passing: true, advice: 'it accepts no more connections: raise its maxclients' },
  ],
  [
    'MISCONF',
    { leave: true, advice: 'it cannot save to its disk, and takes no writes until it can: see its log' },
  ],
  ['NOAUTH', { leave: true, advice: 'it wants a password: put user and password into REDIS_URL' }],
  [
    'WRONGPASS',
    {
      leave: true,
      advice:
        'it does not accept user and password: correct them in REDIS_URL, with special characters percent-encoded',
    },
  ],
  ['NODB', { advice: 'it has no such database: correct the number in REDIS_URL' }],
  ['DENIED', { advice: 'it is in protected mode: give it a password' }],
  ['OOM', { advice: 'its memory is full: raise its maxmemory' }],
  [
    'NOPERM',
    {
      advice:
        'the user in REDIS_URL lacks a right: allow keys ~mintgate:*, channels &mintgate:*, and commands +@all -@dangerous',
    },
  ],
  ['MOVED', cluster],
  ['ASK', cluster],
  ['CROSSSLOT', cluster],
  ['NOCLUSTER', cluster],
]);

/** Refusals that say ERR, or that are told as something else. */
const others: [form: RegExp, word: string][] = [
  [/user executing the script can't/, 'NOPERM'],
  [/max number of clients/, 'MAXCLIENTS'],
  [/DB index/, 'NODB'],
  [/not allowed in cluster mode/, 'NOCLUSTER'],
  [/invalid password/, 'WRONGPASS'],
];

/** Names an error of a command or of a connection: a word of Redis's, a code of Node's, or a few words. Quotes nothing. */
export function describeRedisError(error: unknown): string {
  const { name, message = '', code } = error as { name?: string; message?: string; code?: unknown };
  const other = others.find(([form]) => form.test(message))?.[1];
  if (other) return other;
  // Redis 6 and older put the refusal of a script's command behind words about the script.
  if (error instanceof ReplyError)
    return /^(?:ERR Error running script .*: -)?([A-Z]+)/s.exec(message)?.[1] ?? 'refused';
  if (typeof code === 'string') return code;
  return name === 'RedisTimeoutError' || /timed out/i.test(message) ? 'too slow' : 'connection lost';
}

/** Whether Redis has answered, and will not do what it was asked. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ReplyError || refusals.has(describeRedisError(error));
}

/** Whether a refusal says that this server is not the one to write to. */
export function leadsElsewhere(error: unknown): boolean {
  return refusals.get(describeRedisError(error))?.leave === true;
}

/** Whether a refusal is of all that is written, not of one command alone. */
export function refusesWrites(error: unknown): boolean {
  return refusals.has(describeRedisError(error));
}

/** Whether a refusal may pass by itself, as during a failover. @param why - of `describeRedisError` */
export function isPassing(why: string): boolean {
  return refusals.get(why)?.passing === true;
}

/** The advice for the operator. @param why - of `describeRedisError` */
export function adviceOn(why: string): string | undefined {
  return refusals.get(why)?.advice;
}
