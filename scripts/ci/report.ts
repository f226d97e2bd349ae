import type { Result } from './step.ts';

/** Describes one step: its title, its output, and its time. */
export function describeResult({ step, passed, output, wall }: Result): string {
  const lines = ['', `--- ${step.title}`, ...(output === '' ? [] : [output.trimEnd()])];
  if (!passed) lines.push(`FAILED: ${step.title}`);
  lines.push(`(${Math.round(wall)} s)`);
  return lines.join('\n');
}

/** Describes a run: a table of its steps, those that took longest first, and a line that counts tests and steps together. */
export function describeRun(results: readonly Result[]): string {
  const rows = results
    .toSorted((a, b) => b.wall - a.wall)
    .map(({ step, passed, wall, cpu, beganAt }) => {
      const numbers = [wall, cpu, beganAt].map((seconds) =>
        (seconds === undefined ? '' : String(Math.round(seconds))).padStart(7),
      );
      return `${numbers.join('')}  ${step.id.padEnd(widest(results))}  ${passed ? '' : 'FAILED: '}${step.title}`;
    });
  const head = `${['wall s', 'CPU s', 'at s'].map((title) => title.padStart(7)).join('')}  step`;
  const { passed, failed, skipped } = countAll(results);
  return ['', head, ...rows, '', `${passed} passed, ${failed} failed, ${skipped} skipped`].join('\n');
}

const widest = (results: readonly Result[]) => Math.max(...results.map(({ step }) => step.id.length));

function countAll(results: readonly Result[]) {
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  return {
    passed: sum(({ passed, tests }) => Number(passed) + (tests?.passed ?? 0)),
    failed: sum(({ passed, tests }) => Number(!passed) + (tests?.failed ?? 0)),
    skipped: sum(({ tests }) => tests?.skipped ?? 0),
  };
}
