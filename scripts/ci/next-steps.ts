import type { Step } from './step.ts';

/** The memory of a step that names none, in MiB. */
const defaultMemory = 500;

/** What has not ended yet. */
export interface Progress {
  /** Steps that have not begun, in the order of the table. */
  waiting: readonly Step[];
  running: readonly Step[];
}

/**
 * Returns the steps that can begin now, beside those that run. A step that waits only for room holds back all steps below it, so that small
 * steps do not take its room for ever. When nothing runs, a step has room, whatever it needs.
 *
 * @param memory - the memory of the machine for all steps together, in MiB
 */
export function nextSteps({ waiting, running }: Progress, memory: number): Step[] {
  const unfinished = new Set([...waiting, ...running].map(({ id }) => id));
  const chosen: Step[] = [];
  for (const step of waiting) {
    if (step.after?.some((id) => unfinished.has(id))) continue;
    if (!fits(step, [...running, ...chosen], memory)) break;
    chosen.push(step);
  }
  return chosen;
}

function fits(step: Step, beside: readonly Step[], memory: number): boolean {
  if (beside.length === 0) return true;
  const all = [step, ...beside];
  const sum = (of: (step: Step) => number) => all.reduce((total, each) => total + of(each), 0);
  return sum(({ share }) => share) <= 100 && sum(memoryOf) <= memory;
}

const memoryOf = ({ memory = defaultMemory }: Step) => memory;
