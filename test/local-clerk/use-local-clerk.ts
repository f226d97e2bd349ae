import { type ClerkClient, createClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import {
  demoData,
  type LocalClerk,
  type LocalClerkData,
  type LocalClerkOptions,
  startLocalClerk,
} from '../../src/local-clerk/index.ts';

/** Starts one local Clerk for the tests of a file, and resets it before each test. Clerk's SDK is connected to it. */
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

/** Creates a client of Clerk's SDK for a local Clerk. */
export function clerkClientFor({ secretKey, publishableKey, url }: LocalClerk): ClerkClient {
  return createClerkClient({ secretKey, publishableKey, apiUrl: url, telemetry: { disabled: true } });
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected the local Clerk to have started');
  return value;
}
