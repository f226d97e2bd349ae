import { buildNext } from './next/build.ts';

/** A server to measure. */
export interface System {
  name: string;
  /** Its file in `servers`. */
  file: string;
  settings?: Record<string, unknown>;
  /** Whether it always sends the same answer. */
  answers?: true;
  /** Runs once before the first start. */
  build?: () => void;
}

export const bare: System = { name: 'bare node:http, the same bytes', file: 'bare', answers: true };
export const limit: System = {
  name: 'the limit: bare node:http and one RS256 verification',
  file: 'limit',
  answers: true,
};

/** The parts that Mintgate is built on, and that it cannot be faster than. */
export const yogaFixed: System = {
  name: 'Yoga pared down, a fixed token, no verification',
  file: 'yoga-fixed',
  answers: true,
};

/** Mintgate with a mint limit that is never reached, for scenarios that measure cost. The local Clerk then has no rate limit. */
export const mintgate: System = {
  name: 'Mintgate',
  file: 'mintgate',
  settings: { templates: { bench: {}, long: { lifetime: 600, maxCacheAge: 300 } }, mintBudget: 1_000_000 },
};

/** The usual alternatives. */
export const peers: readonly System[] = [
  { name: 'Express 5, `clerkMiddleware`, `getToken` (the seed)', file: 'express' },
  { name: 'Next.js 16, `clerkMiddleware`, `getToken` (the seed)', file: 'next', build: buildNext },
  { name: 'Mercurius with JIT, `authenticateRequest`, `getToken`', file: 'mercurius' },
  { name: 'Apollo Server 5, the same', file: 'apollo' },
  { name: 'Yoga with its defaults, the same', file: 'yoga' },
];

/** The body of every request. */
export const question = requestBody('bench');

/** The body of a request for a template whose tokens live for ten minutes. */
export const longQuestion = requestBody('long');

function requestBody(template: string): string {
  return JSON.stringify({ query: `{ sessionToken(template: "${template}") { jwt expiresAt } }` });
}
