import { expect, test } from 'vitest';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createForge } from '../support/tokens.ts';

test('the runtime of Node.js verifies RS256 synchronously, and leaves scheduling to DataLoader', () => {
  const forge = createForge();
  const token = forge.compact({ alg: 'RS256' }, { sub: 'user_ada' });
  expect(nodeRuntime.readCompactJws?.(token)?.isSignedBy(forge.pem)).toBe(true);
  expect(nodeRuntime.scheduleBatch).toBeUndefined();
});

test('its logger writes from level info', () => {
  expect(nodeRuntime.createLogger()).toMatchObject({ level: 'info' });
});
