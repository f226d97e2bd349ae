import { RedisTimeoutError } from './command-timeout.ts';
import { isIoredisReplyError } from './ioredis.ts';

/** The consequence of a reply error for the connection, and the advice for the operator. */
interface ReplyErrorRule {
  /** Both connections are replaced: another server behind the address, or the same one later, may accept writes. */
  needsReconnect?: true;
  /** The error may pass without an operator. */
  isTransient?: true;
  advice: string;
}

const transient = (advice: string): ReplyErrorRule => ({ needsReconnect: true, isTransient: true, advice });
const permanent = (advice: string): ReplyErrorRule => ({ needsReconnect: true, advice });
const ofCommand = (advice: string): ReplyErrorRule => ({ advice });

const cluster = ofCommand(
  'it is a node of Redis Cluster, which is not supported: REDIS_URL must lead to a server without it',
);

/** By the code that the error begins with, or by a name of this file where Redis sends only `ERR`. */
const rules = new Map<string, ReplyErrorRule>([
  ['READONLY', transient('it is a read-only replica: REDIS_URL must lead to the primary')],
  ['MASTERDOWN', transient('it is a replica that has lost its primary: REDIS_URL must lead to the primary')],
  ['UNBLOCKED', transient('it has become a replica: REDIS_URL must lead to the primary')],
  ['LOADING', transient('it is loading its data: wait until it is ready')],
  ['BUSY', transient('it runs a script that does not end: stop it with SCRIPT KILL')],
  [
    'NOREPLICAS',
    transient('it accepts no writes without its replicas: connect them, or lower min-replicas-to-write'),
  ],
  ['CLUSTERDOWN', transient('its cluster is down: see CLUSTER INFO')],
  ['MAXCLIENTS', transient('it accepts no more connections: raise its maxclients')],
  ['MISCONF', permanent('it cannot save to its disk, and accepts no writes until it can: see its log')],
  ['NOAUTH', permanent('it requires a password: put user and password into REDIS_URL')],
  [
    'WRONGPASS',
    permanent(
      'it does not accept user and password: correct them in REDIS_URL, with special characters percent-encoded',
    ),
  ],
  ['NODB', ofCommand('it has no such database: correct the number in REDIS_URL')],
  ['DENIED', ofCommand('it is in protected mode: give it a password')],
  ['OOM', ofCommand('its memory is full: raise its maxmemory')],
  [
    'NOPERM',
    ofCommand(
      'the user in REDIS_URL lacks a permission: allow keys ~mintgate:*, channels &mintgate:*, and commands +@all -@dangerous',
    ),
  ],
  ['MOVED', cluster],
  ['ASK', cluster],
  ['CROSSSLOT', cluster],
  ['NOCLUSTER', cluster],
]);

/** Returns the advice on every known reply error, by its code. The table in docs/redis.md is generated from it. */
export function allAdvice(): ReadonlyMap<string, string> {
  return new Map([...rules].map(([code, { advice }]) => [code, advice]));
}

/** Errors that begin with `ERR` or another general code, by their text. */
const byText: [text: RegExp, code: string][] = [
  [/user executing the script can't/, 'NOPERM'],
  [/max number of clients/, 'MAXCLIENTS'],
  [/DB index/, 'NODB'],
  [/not allowed in cluster mode/, 'NOCLUSTER'],
  [/invalid password/, 'WRONGPASS'],
];

/** Returns a short name of an error: a code of Redis or Node.js, or a few words. It quotes no part of the message, which may contain data. */
export function describeRedisError(error: unknown): string {
  const { message = '', code } = error as { message?: string; code?: unknown };
  const known = byText.find(([text]) => text.test(message))?.[1];
  if (known) return known;
  // Redis 6 and older put text about the script before the error of a command in it.
  if (isIoredisReplyError(error))
    return /^(?:ERR Error running script .*: -)?([A-Z]+)/s.exec(message)?.[1] ?? 'refused';
  if (typeof code === 'string') return code;
  return error instanceof RedisTimeoutError || /timed out/i.test(message) ? 'too slow' : 'connection lost';
}

/** Returns whether an error is a reply of Redis, unlike a lost connection or a timeout. */
export function isReplyError(error: unknown): boolean {
  return isIoredisReplyError(error) || rules.has(describeRedisError(error));
}

/** Returns whether an error is a reason to replace both connections. */
export function needsReconnect(error: unknown): boolean {
  return rules.get(describeRedisError(error))?.needsReconnect === true;
}

/** Returns whether an error is a known state of the server or its user, so that other writes may fail too. */
export function affectsAllWrites(error: unknown): boolean {
  return rules.has(describeRedisError(error));
}

/** Returns whether an error may pass without an operator, as during a failover. @param why - the result of `describeRedisError` */
export function isTransient(why: string): boolean {
  return rules.get(why)?.isTransient === true;
}

/** Returns the advice for the operator. @param why - the result of `describeRedisError` */
export function adviceFor(why: string): string | undefined {
  return rules.get(why)?.advice;
}
