/** The size of a run. */
export interface Scale {
  /** Turns of each server in (a) and (c): the warm-up turns and the measured ones. A turn is a second or a number of requests. */
  warmSlices: number;
  slices: number;
  sliceRequests: number;
  /** Rounds of (b). */
  rounds: number;
  /** Connections of the closed loops. */
  connections: number;
  /** The time to measure, and to warm up, one server in one round of (b), in seconds. */
  seconds: number;
  warmUp: number;
  /** Sessions of (b), (d), (f), (g). */
  sessions: number;
  /** The time over which the first requests of the sessions are spread, in seconds, so that their tokens have different ages. */
  comeIn: number;
  /** The rate of the open loops, in requests per second, and their duration, in seconds. */
  rate: number;
  openSeconds: number;
  /** Sessions of (e), and of (i). */
  burst: number;
  shared: number;
  /** Entries of (h). */
  entries: readonly number[];
}

export const full: Scale = {
  warmSlices: 4,
  slices: 8,
  sliceRequests: 2_000,
  rounds: 2,
  connections: 32,
  seconds: 3,
  warmUp: 2,
  sessions: 10_000,
  comeIn: 35,
  rate: 500,
  openSeconds: 30,
  burst: 1_000,
  shared: 1_000,
  entries: [1_000, 10_000, 100_000, 1_000_000],
};

export const quick: Scale = {
  warmSlices: 1,
  slices: 1,
  sliceRequests: 500,
  rounds: 1,
  connections: 32,
  seconds: 1,
  warmUp: 1,
  sessions: 200,
  comeIn: 2,
  rate: 300,
  openSeconds: 2,
  burst: 200,
  shared: 200,
  entries: [1_000, 10_000],
};
