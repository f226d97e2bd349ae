import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the tests that leak on purpose, as `npm test` runs the suite. */
async function runLeaking(): Promise<{ code: number | null; output: string }> {
  const vitest = fileURLToPath(new URL('node_modules/vitest/vitest.mjs', `file://${root}`));
  const args = [vitest, 'run', '--config', 'test/leaks/planted/planted.config.ts', '--no-color'];
  // Without the variables of this run, because the inner run would mistake itself for a worker of it.
  const { VITEST: _run, VITEST_WORKER_ID: _worker, VITEST_POOL_ID: _pool, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd: root, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}

test('X06 a run that outputs a secret fails, and names the kind of output and the test', async () => {
  const { code, output } = await runLeaking();
  expect(code, output).toBe(1);
  const verdict = output.slice(output.lastIndexOf('Error: X06:'));
  for (const [outlet, by] of [
    ['answer', 'an answer'],
    ['answer over a socket', 'an answer over a socket'],
    ['log line', 'a log and an audit record'],
    ['audit record', 'a log and an audit record'],
    ['line of the console', 'the console'],
    ['line of a command', 'a command'],
    ['answer of a command', 'a command'],
  ]) {
    const expected = `a claim value in a text of the kind "${outlet}", after .*\\(leaks by ${by}\\)`;
    expect(verdict, output).toMatch(new RegExp(expected));
  }
  expect(output).toMatch(/Tests {2}[45] failed/);
  expect(output).not.toMatch(/ {2}[1-9]\d* passed .*\n.*Tests {2}\d+ passed/);
});
