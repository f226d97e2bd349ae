/** The size of a run. */
export interface Scale {
  /** Turns of each server in (a) to (c), for each request: those to warm up, and those that are measured. */
  warmTurns: number;
  turns: number;
  /** The duration of a turn, in seconds; and the most requests of a turn of (c), where each needs a session token of its own. */
  turnSeconds: number;
  firstSights: number;
  /** Connections of the closed loops. */
  connections: number;
  /** Sessions of (c). */
  firstSightSessions: number;
  /** Sessions of (b), (d), (f), (g). */
  sessions: number;
  /** The rate of the open loops, in requests per second, and their duration, in seconds. */
  rate: number;
  openSeconds: number;
  /** Sessions of (e), and of (i). */
  burst: number;
  shared: number;
  /** Entries of (h). */
  entries: readonly number[];
  /** Starts of each kind in (j). */
  starts: number;
  /** Subscribers of (k), and the seconds that they are idle: a multiple of 12, the time between two comments of a stream. */
  subscribers: number;
  idleSeconds: number;
}

export const full: Scale = {
  warmTurns: 3,
  turns: 9,
  turnSeconds: 0.6,
  firstSights: 1_200,
  connections: 32,
  firstSightSessions: 500,
  sessions: 10_000,
  rate: 500,
  openSeconds: 30,
  burst: 1_000,
  shared: 1_000,
  entries: [1_000, 10_000, 100_000, 1_000_000],
  starts: 9,
  subscribers: 1_000,
  idleSeconds: 24,
};

export const quick: Scale = {
  warmTurns: 1,
  turns: 2,
  turnSeconds: 0.2,
  firstSights: 300,
  connections: 32,
  firstSightSessions: 100,
  sessions: 200,
  rate: 300,
  openSeconds: 2,
  burst: 200,
  shared: 200,
  entries: [1_000, 10_000],
  starts: 2,
  subscribers: 100,
  idleSeconds: 12,
};
