import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import type { ChannelName } from '../../src/telemetry/channels.ts';
import { nodeChannels } from '../../src/telemetry/node-channels.ts';

test.each(Object.keys(nodeChannels) as ChannelName[])(
  'the channel mintgate:%s publishes to its subscribers',
  (name) => {
    const received: unknown[] = [];
    const listener = (message: unknown) => void received.push(message);
    expect(nodeChannels[name].hasSubscribers).toBe(false);
    subscribe(`mintgate:${name}`, listener);
    try {
      expect(nodeChannels[name].hasSubscribers).toBe(true);
      nodeChannels[name].publish({ gateway: 'a' });
    } finally {
      unsubscribe(`mintgate:${name}`, listener);
    }
    expect(received).toEqual([{ gateway: 'a' }]);
  },
);
