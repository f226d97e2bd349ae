import { type ClerkClient, createClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import {
  demoData,
  type LocalClerk,
  type LocalClerkData,
  type LocalClerkOptions,
  startLocalClerk,
} from '../../src/local-clerk/index.ts';

/** One local Clerk for the tests of a file, as new before each of them, and Clerk's own SDK pointed at it. */
export function useLocalClerk(data: () => LocalClerkData = demoData, options: LocalClerkOptions = {}) {
  let local: LocalClerk | undefined;
  let clerk: ClerkClient | undefined;

  beforeAll(async () => {
    local = await startLocalClerk({ ...options, data: data() });
    clerk = clerkClientFor(local);
  });
  beforeEach(() => {
    local?.controls.reset();
    local?.replaceData(data());
  });
  afterAll(() => local?.close());

  return {
    get local() {
      return started(local);
    },
    get clerk() {
      return started(clerk);
    },
  };
}

/** Clerk's SDK, speaking to a local Clerk. */
export function clerkClientFor({ secretKey, publishableKey, url }: LocalClerk): ClerkClient {
  return createClerkClient({ secretKey, publishableKey, apiUrl: url, telemetry: { disabled: true } });
}

function started<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('expected the local Clerk to have started');
  return thing;
}
