import { existsSync, readFileSync } from 'node:fs';
import type { TestCounts } from './step.ts';

/**
 * Reads the processor time from a file with the output of `times` in bash. Its second line has the user and system time of all child
 * processes, such as `1m2.500s 0m4.000s`.
 *
 * @returns seconds, or `undefined` without the file
 */
export function readCpuSeconds(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const [, children = ''] = readFileSync(file, 'utf8').split('\n');
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  if (times.length !== 2) throw new Error(`${file}: expected two times, got ${children}`);
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** Reads three numbers of tests: passed, failed, skipped. @returns `undefined` without the file */
export function readTestCounts(file: string): TestCounts | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const [, passed, failed, skipped] = /^(\d+) (\d+) (\d+)\n$/.exec(text) ?? [];
  if (passed === undefined) throw new Error(`${file}: expected three numbers, got ${text}`);
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}
