/** A step of CI: a function of `.ci/steps`, and what it needs. */
export interface Step {
  /** The name of its function. */
  id: string;
  /** What it checks, in a few words. */
  title: string;
  /** The steps that end before it begins, whether they pass or not. @default none */
  after?: readonly string[];
  /** The part of a machine with two processors that it keeps busy, in percent. With 100 it runs alone. */
  share: number;
  /** The memory that its processes need together, in MiB. @default 500 */
  memory?: number;
}

/** How a step ended. */
export interface Result {
  step: Pick<Step, 'id' | 'title'>;
  passed: boolean;
  /** The wall time from the start of the run to the start of the step, in seconds. */
  beganAt: number;
  /** The wall time of the step, in seconds. */
  wall: number;
  /** The processor time of its processes, in seconds; `undefined` if it is unknown. */
  cpu?: number | undefined;
  /** What it printed, and why it failed. */
  output: string;
  /** The tests that it counted; `undefined` for a step that counts none. */
  tests?: TestCounts | undefined;
}

/** Numbers of tests, by result. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}
