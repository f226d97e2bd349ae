import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Shows that Redis takes values and passes messages on, which a replica does not. */
export interface Probe {
  /** The channel of this process that the subscriber must listen to. */
  readonly channel: string;
  /** Receives the messages of that channel. */
  onMessage(message: string): void;
  /** Resolves when a value was taken and a message has come back. @throws what Redis says against it */
  run(client: Redis): Promise<void>;
}

/** Writes a value, takes it away again, and says so: what a script with few commands needs rights to. */
const writeAndTell = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', 1000)
redis.call('UNLINK', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1`;

/** @param prefix - begins key and channel */
export function createProbe(prefix: string): Probe {
  const channel = `${prefix}probe:${randomUUID()}`;
  let expected = '';
  let hear = () => {};
  return {
    channel,
    onMessage(message) {
      if (message === expected) hear();
    },
    async run(client) {
      expected = randomUUID();
      const heard = new Promise<void>((resolve) => {
        hear = resolve;
      });
      await client.eval(writeAndTell, 1, `${prefix}probe`, channel, expected);
      await heard;
    },
  };
}
