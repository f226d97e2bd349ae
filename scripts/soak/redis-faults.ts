import { setTimeout as pause } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Random } from './random.ts';

/** Waits while a fault is in force. */
type Hold = (milliseconds: number) => Promise<void>;

/** Begins a fault, holds it, and ends it. */
type RedisFault = (server: RedisServer, random: Random, hold: Hold) => Promise<void>;

/** Replaces the value of a key with garbage. */
const garbage: readonly ((server: RedisServer, key: string) => Promise<unknown>)[] = [
  ({ client }, key) => client.set(key, 'garbage'),
  ({ client }, key) => client.set(key, '999|garbage', 'PX', 5_000),
  ({ client }, key) => client.set(key, Buffer.from([0, 255, 128, 10])),
  ({ client }, key) => client.multi().del(key).rpush(key, 'a', 'b').exec(),
  ({ client }, key) => client.multi().del(key).hset(key, 'a', 'b').exec(),
];

/** Faults of Redis. */
export const redisFaults = {
  async paused(server, random, hold) {
    server.pause();
    await hold(random.between(300, 2_500));
    server.resume();
  },
  async 'killed and restarted'(server, random, hold) {
    await server.kill();
    await hold(random.between(0, 2_500));
    await server.restart();
  },
  flushed: async ({ client }) => void (await client.flushall()),
  async 'filled with garbage'(server, random) {
    for (const key of await server.client.keys('mintgate:*')) {
      if (random.chance(0.7)) await random.pick(garbage)(server, key);
    }
    const [channel] = (await server.client.pubsub('CHANNELS', 'mintgate:*')) as string[];
    const messages = ['', 'garbage', 'throttled:x', 'refuse:session:x:1', 'refuse:user:x:99999999999'];
    for (const message of messages) if (channel) await server.client.publish(channel, message);
  },
  async full({ client }, random, hold) {
    await client.config('SET', 'maxmemory', '1');
    await hold(random.between(300, 2_000));
    await client.config('SET', 'maxmemory', '0');
  },
  async 'connections killed'({ client }) {
    await client.call('CLIENT', 'KILL', 'SKIPME', 'yes');
  },
  async 'slow at times'(server, random) {
    for (let times = random.between(2, 6); times > 0; times -= 1) {
      server.pause();
      await pause(random.between(20, 120));
      server.resume();
      await pause(random.between(20, 200));
    }
  },
} satisfies Record<string, RedisFault>;

export type RedisFaultName = keyof typeof redisFaults;
