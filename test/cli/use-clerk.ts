import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ClerkSettings } from '../../src/clerk/client.ts';
import { demoData, type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';

/** Starts one local Clerk for the tests of a file. Each test starts with the demo data and no faults. */
export function useClerk() {
  let started: LocalClerk | undefined;
  const clerk = () => {
    if (started === undefined) throw new Error('expected the local Clerk to have started');
    return started;
  };

  beforeAll(async () => {
    started = await startLocalClerk();
  });
  beforeEach(() => {
    clerk().controls.reset();
    clerk().replaceData(demoData());
  });
  afterAll(() => started?.close());

  return {
    get clerk() {
      return clerk();
    },
    /** The settings of a gateway for the local Clerk. */
    get settings(): ClerkSettings {
      const { secretKey, publishableKey, url } = clerk();
      return { secretKey, publishableKey, apiUrl: url };
    },
  };
}
