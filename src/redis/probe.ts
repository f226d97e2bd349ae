import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A test whether Redis accepts writes and delivers messages, which a replica does not. */
export interface Probe {
  /** The channel that the subscriber must listen to. Each process has a different one. */
  readonly channel: string;
  /** Receives the messages of that channel. */
  onMessage(message: string): void;
  /** Writes a value and publishes a message. Resolves when that message has arrived; has no timeout. @throws the reply error of Redis */
  run(client: Redis): Promise<void>;
}

/** Uses the commands that every script of the gateway needs, so that it finds a missing permission. */
const writeAndPublish = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', 1000)
redis.call('UNLINK', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1`;

/** Creates a probe. @param prefix - the prefix of its key and its channel */
export function createProbe(prefix: string): Probe {
  const channel = `${prefix}probe:${randomUUID()}`;
  let expected = '';
  let onArrival = () => {};
  return {
    channel,
    onMessage(message) {
      if (message === expected) onArrival();
    },
    async run(client) {
      expected = randomUUID();
      const arrival = new Promise<void>((resolve) => {
        onArrival = resolve;
      });
      await client.eval(writeAndPublish, 1, `${prefix}probe`, channel, expected);
      await arrival;
    },
  };
}
