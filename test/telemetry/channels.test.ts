import { expect, test } from 'vitest';
import { channelMessages } from '../../src/telemetry/channels.ts';
import { nodeChannels } from '../../src/telemetry/node-channels.ts';

test('every channel of Node.js is described, with its fields', () => {
  expect(Object.keys(channelMessages)).toEqual(Object.keys(nodeChannels));
  for (const { fields } of Object.values(channelMessages)) expect(Object.keys(fields)).not.toEqual([]);
});
