import type { Channels } from './channels.ts';
import { type Counts, createCounts } from './counts.ts';
import type {
  AuthenticationOutcome,
  ClerkCallEvent,
  LookupResult,
  MintEvent,
  RedisResult,
  RequestEvent,
  RevocationEvent,
} from './events.ts';
import type { Telemetry } from './telemetry.ts';

/** Reports what a gateway does: to its counts, to the channels that have subscribers, and to the telemetry of its host. Never throws. */
export interface Reporter {
  /** The id of the gateway in this process. */
  readonly gateway: string;
  readonly counts: Counts;
  request(event: RequestEvent): void;
  authentication(outcome: AuthenticationOutcome): void;
  /** @param template - its configured name, or `other` */
  lookup(result: LookupResult, template: string): void;
  mint(event: MintEvent): void;
  /** @param milliseconds - how long a mint waited for the budget */
  queueWait(milliseconds: number): void;
  clerkCall(event: Omit<ClerkCallEvent, keyof ClerkAddress>): void;
  redisCommand(result: RedisResult): void;
  revocation(event: RevocationEvent): void;
}

/** The address of Clerk's Backend API. */
type ClerkAddress = Pick<ClerkCallEvent, 'serverAddress' | 'serverPort'>;

interface ReporterOptions {
  /** The id of the gateway in this process. @default '' */
  gateway?: string;
  /** @default undefined (the host has none) */
  telemetry?: Telemetry | undefined;
  /** @default undefined (the runtime has none) */
  channels?: Channels | undefined;
  /** The URL of Clerk's Backend API. @default 'https://api.clerk.com' */
  apiUrl?: string;
}

/** Creates a reporter. */
export function createReporter({
  gateway = '',
  telemetry,
  channels,
  apiUrl = 'https://api.clerk.com',
}: ReporterOptions = {}): Reporter {
  const counts = createCounts();
  const clerk = clerkAddress(apiUrl);
  // A channel without subscribers gets no message object: a request must not pay for it.
  return {
    ...{ gateway, counts },
    request(event) {
      if (channels?.request.hasSubscribers) channels.request.publish({ gateway, ...event });
      if (telemetry) attempt(() => telemetry.recordRequest(event));
    },
    authentication(outcome) {
      counts.authentications[outcome] += 1;
      if (channels?.authenticate.hasSubscribers) channels.authenticate.publish({ gateway, outcome });
    },
    lookup(result, template) {
      counts.lookups[result] += 1;
      if (channels?.cache.hasSubscribers) channels.cache.publish({ gateway, template, result });
    },
    mint(event) {
      if (channels?.mint.hasSubscribers) channels.mint.publish({ gateway, ...event });
      if (telemetry) attempt(() => telemetry.recordMint(event));
    },
    queueWait(milliseconds) {
      if (telemetry) attempt(() => telemetry.recordQueueWait(milliseconds));
    },
    clerkCall(event) {
      if (telemetry) attempt(() => telemetry.recordClerkCall({ ...event, ...clerk }));
    },
    redisCommand(result) {
      counts.redisCommands[result] += 1;
    },
    revocation(event) {
      if (channels?.revocation.hasSubscribers) channels.revocation.publish({ gateway, ...event });
      if (telemetry) attempt(() => telemetry.recordRevocation(event));
    },
  };
}

function clerkAddress(apiUrl: string): ClerkAddress {
  const { hostname, port, protocol } = new URL(apiUrl);
  return { serverAddress: hostname, serverPort: Number(port || (protocol === 'http:' ? 80 : 443)) };
}

function attempt(record: () => void): void {
  try {
    record();
  } catch {
    // A fault of the telemetry must not fail a request.
  }
}
