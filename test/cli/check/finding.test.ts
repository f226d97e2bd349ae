import { expect, onTestFinished, test, vi } from 'vitest';
import { type Finding, printFinding } from '../../../src/cli/check/finding.ts';

test.each<[Finding, string]>([
  [{ verdict: 'ok', text: 'Redis: works' }, 'ok   Redis: works\n'],
  [{ verdict: 'note', text: 'a' }, 'note a\n'],
  [{ verdict: 'warn', text: 'b' }, 'warn b\n'],
  [{ verdict: 'fail', text: 'c' }, 'fail c\n'],
])('%j is printed as one line, with its text in the sixth column', (finding, line) => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  printFinding(finding);
  expect(write.mock.calls).toEqual([[line]]);
});
