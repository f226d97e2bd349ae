import type { Step } from './step.ts';

/**
 * Returns the steps with some names, and those that must end before them, in the order of the table.
 *
 * @param names - names of steps; all steps when there are none
 * @throws Error with all names, when a name is unknown
 */
export function selectSteps(steps: readonly Step[], names: readonly string[]): Step[] {
  if (names.length === 0) return [...steps];
  const known = new Map(steps.map((step) => [step.id, step]));
  const wanted = new Set<string>();
  const add = (name: string) => {
    const step = known.get(name);
    if (step === undefined)
      throw new Error(`there is no step ${name}: name some of ${[...known.keys()].join(', ')}`);
    wanted.add(name);
    step.after?.forEach(add);
  };
  names.forEach(add);
  return steps.filter(({ id }) => wanted.has(id));
}
