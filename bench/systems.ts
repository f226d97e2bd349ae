import { buildNext } from './next/build.ts';

/** A server that is measured. */
export interface System {
  name: string;
  /** Its file in `servers`. */
  file: string;
  settings?: Record<string, unknown>;
  /** Answers always what it is told. */
  answers?: true;
  /** What has to be done once before it can be started. */
  build?: () => void;
}

export const bare: System = { name: 'bare node:http, the same bytes', file: 'bare', answers: true };
export const limit: System = {
  name: 'the limit: bare node:http and one RS256 verification',
  file: 'limit',
  answers: true,
};

/** What Mintgate stands on, and cannot be faster than. */
export const yogaFixed: System = {
  name: 'Yoga pared down, a fixed token, no verification',
  file: 'yoga-fixed',
  answers: true,
};

/** With a budget that is no limit: where it is the cost that is measured, the local Clerk admits everything. */
export const mintgate: System = {
  name: 'Mintgate',
  file: 'mintgate',
  settings: { templates: { bench: {}, long: { lifetime: 600, maxCacheAge: 300 } }, mintBudget: 1_000_000 },
};

/** What people use instead. */
export const peers: readonly System[] = [
  { name: 'Express 5, `clerkMiddleware`, `getToken` (the seed)', file: 'express' },
  { name: 'Next.js 16, `clerkMiddleware`, `getToken` (the seed)', file: 'next', build: buildNext },
  { name: 'Mercurius with JIT, `authenticateRequest`, `getToken`', file: 'mercurius' },
  { name: 'Apollo Server 5, the same', file: 'apollo' },
  { name: 'Yoga with its defaults, the same', file: 'yoga' },
];

/** What every request asks. */
export const question = ask('bench');

/** The same for a template whose tokens live for ten minutes. */
export const longQuestion = ask('long');

function ask(template: string): string {
  return JSON.stringify({ query: `{ sessionToken(template: "${template}") { jwt expiresAt } }` });
}
