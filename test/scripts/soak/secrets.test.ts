import { expect, test } from 'vitest';
import { initialSettings, optionsOf } from '../../../scripts/soak/gateway-settings.ts';
import {
  entriesAt,
  entryAddedBy,
  entryRemovedBy,
  redisArguments,
  redisUrl,
  secretNames,
} from '../../../scripts/soak/secrets.ts';
import { createGateway } from '../../../src/edge.ts';

test('a rotation adds the new entry beside the old one, as the first or the second, and removes the old one', () => {
  const steps = [0, 1, 2, 3, 4, 5, 6];
  expect(steps.map((step) => entriesAt('cacheKey', step))).toEqual([
    ...[[0], [1, 0], [1, 0], [1], [1, 2], [2, 1], [2]],
  ]);
  const none = undefined;
  expect(steps.map((step) => entryAddedBy('cacheKey', step))).toEqual([0, 1, none, none, 2, none, none]);
  expect(steps.map((step) => entryRemovedBy('cacheKey', step))).toEqual([
    ...[none, none, none, 0, none, none, 1],
  ]);
});

test('REDIS_URL has one entry, which each step replaces', () => {
  expect([entriesAt('redisUrl', 0), entriesAt('redisUrl', 1)]).toEqual([[0], [1]]);
  expect([entryAddedBy('redisUrl', 1), entryRemovedBy('redisUrl', 1)]).toEqual([1, 0]);
  expect(redisUrl(6_379, 1)).not.toBe(redisUrl(6_379, 0));
  // Redis creates every user at its start.
  const users = redisArguments.filter((_, at) => redisArguments[at - 1] === '--user');
  expect(users).toContain(new URL(redisUrl(6_379, 1)).username);
});

test('the lists of every step are accepted by a gateway', async () => {
  const publishableKey = `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`;
  for (const step of [0, 1, 2, 3]) {
    const steps = Object.fromEntries(secretNames.map((name) => [name, step])) as never;
    const settings = { publishableKey, apiUrl: 'https://api.example.com', redisPort: undefined, steps };
    const gateway = createGateway({
      ...optionsOf({ ...settings, plain: initialSettings }),
      mode: 'production',
    });
    await gateway.dispose();
    expect(gateway.stats().mints).toBe(0);
  }
});
