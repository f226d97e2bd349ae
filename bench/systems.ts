import { origin } from './load/origin.ts';
import { plainRequest } from './load/requests.ts';
import { buildNext } from './next/build.ts';
import type { TelemetrySettings } from './servers/telemetry.ts';

/** A server to measure. */
export interface System {
  name: string;
  /** Its file in `servers`. */
  file: string;
  settings?: Record<string, unknown>;
  /** Whether it always sends the same answers, which are those of Mintgate. */
  answers?: true;
  /** Whether it holds tokens, so that a scenario of hits must first let it mint them. */
  holdsTokens?: true;
  /** Runs once before the first start. */
  build?: () => void;
}

export const limit: System = {
  name: 'the limit: bare node:http and one RS256 verification',
  file: 'limit',
  answers: true,
};

/** The lower bounds of all servers, and of servers of GraphQL over HTTP. They send the least headers that a client needs. */
export const baseLines: readonly System[] = [
  { name: 'bare node:http, the same bytes', file: 'bare', answers: true },
  {
    name: 'the ceiling of GraphQL: bare node:http, `JSON.parse`, `JSON.stringify`',
    file: 'json',
    answers: true,
  },
  limit,
];

/** What Mintgate is built on. */
export const yogaFixed: System = {
  name: 'Yoga pared down, a fixed token, no verification',
  file: 'yoga-fixed',
  answers: true,
};

/** Mintgate with a mint limit that is never reached, for scenarios that measure cost. The local Clerk then has no rate limit. */
export const mintgate: System = {
  name: 'Mintgate',
  file: 'mintgate',
  holdsTokens: true,
  settings: {
    templates: { bench: {}, long: { lifetime: 600, maxCacheAge: 300 } },
    mintBudget: 1_000_000,
    corsOrigins: [origin],
  },
};

/** The forms of Mintgate that (a) to (c) compare. */
export const mintgates: readonly System[] = [
  mintgate,
  { ...mintgate, name: 'Mintgate, fast path off', settings: { ...mintgate.settings, fastPath: false } },
];

/** The same once more: the difference between two equal servers is the error of the others. */
export const control: System = { ...mintgate, name: 'Mintgate, once more' };

/** Mintgate, perhaps with telemetry. */
export interface ObservedSystem extends System {
  /** @default undefined (no telemetry) */
  signals?: TelemetrySettings;
}

/** Returns Mintgate with telemetry. */
function withSignals(name: string, signals: TelemetrySettings): ObservedSystem {
  return { ...mintgate, name: `Mintgate, ${name}`, signals };
}

/** The forms of Mintgate that (l) compares with the one without telemetry. */
export const observed = [
  withSignals('`telemetry` without an SDK', {}),
  withSignals('metrics, scraped each second', { metrics: true }),
  withSignals('traces, 1 % sampled', { sampled: 0.01 }),
  withSignals('metrics, and traces, 1 % sampled', { metrics: true, sampled: 0.01 }),
  withSignals('traces, all sampled', { sampled: 1 }),
] as const;

/** The usual alternatives. */
export const peers: readonly System[] = [
  { name: 'Express 5, `clerkMiddleware`, `getToken` (the seed)', file: 'express' },
  { name: 'Next.js 16, `clerkMiddleware`, `getToken` (the seed)', file: 'next', build: buildNext },
  { name: 'Mercurius with JIT, `authenticateRequest`, `getToken`', file: 'mercurius' },
  { name: 'Apollo Server 5, the same', file: 'apollo' },
  { name: 'Yoga with its defaults, the same', file: 'yoga' },
];

/** The body of a request for a template whose tokens live for ten minutes. */
export const longQuestion = plainRequest('long').body;
