import { createClock } from '../../src/local-clerk/clock.ts';
import { demoData } from '../../src/local-clerk/data/demo-data.ts';
import type { LocalClerkData } from '../../src/local-clerk/data/local-clerk-data.ts';
import type { Instance } from '../../src/local-clerk/instance.ts';
import { loadStore } from '../../src/local-clerk/load-store.ts';
import type { Store } from '../../src/local-clerk/store/store.ts';
import { createSigningKeys } from '../../src/local-clerk/tokens/signing-keys.ts';

/** The time at which the data of tests are loaded: 2026-03-01T12:00:00Z, in milliseconds since the epoch. */
export const loadTime = Date.UTC(2026, 2, 1, 12);

/** Builds a store without a server. @default the demo data */
export function testStore(data: LocalClerkData = demoData()): Store {
  return loadStore(data, loadTime);
}

const secretKey = ['sk', 'test', 'instance'].join('_');

/** Creates an instance without a server, whose clock stands still unless a test moves it. */
export async function createTestInstance(data: LocalClerkData = demoData()): Promise<Instance> {
  return {
    store: testStore(data),
    keys: await createSigningKeys(),
    clock: createClock(() => loadTime),
    secretKeys: [secretKey],
    initialSecretKey: secretKey,
    issuer: 'http://127.0.0.1:1',
    frontendApi: '127.0.0.1:1',
  };
}
