/** How much a run does. */
export interface Scale {
  /** Moments of (a) and (c) in which each server is asked, a second or so many requests: those to warm up, and those that count. */
  warmSlices: number;
  slices: number;
  sliceRequests: number;
  /** Rounds of (b). */
  rounds: number;
  /** Connections of the closed loops. */
  connections: number;
  /** Seconds for which one server of (b) is measured in one round, and warmed up before. */
  seconds: number;
  warmUp: number;
  /** Sessions of (b), (d), (f), (g). */
  sessions: number;
  /** Seconds over which they come first, so that their tokens are not all of one age. */
  comeIn: number;
  /** Requests per second, and seconds, of the open loops. */
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
