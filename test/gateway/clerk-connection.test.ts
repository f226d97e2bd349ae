import { expect, test } from 'vitest';
import { parseOptions } from '../../src/config/parse-options.ts';
import { connectClerk } from '../../src/gateway/clerk-connection.ts';
import type { Rules } from '../../src/gateway/rules.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();

function connect(secretKey = world.clerk.secretKey) {
  const settings = parseOptions({ ...workingOptions(world.clerk), secretKey });
  const errors: unknown[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (line: unknown) => void errors.push(line) };
  const base = {
    reporter: createReporter(),
    log,
    runtime: nodeRuntime,
    now: Date.now,
    present: () => ({ settings }) as Rules,
  };
  return { ...connectClerk(base, settings), errors };
}

test('calls nothing before it is used', () => {
  connect();
  expect(world.requests()).toBe(0);
});

test('learns from a fetch of the key set whether Clerk accepts the secret key', async () => {
  const accepted = connect();
  await accepted.remoteKeys.refresh();
  expect(await accepted.keyHealth.notReadyReason()).toBeUndefined();
  const refused = connect(`${world.clerk.secretKey}x`);
  await refused.remoteKeys.refresh();
  expect(await refused.keyHealth.notReadyReason()).toMatch(/secret key/);
});
