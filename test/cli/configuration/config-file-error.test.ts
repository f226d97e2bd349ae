import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { describeLoadError } from '../../../src/cli/configuration/config-file-error.ts';

const file = '/app/mintgate.config.ts';

function errorWith(message: string, stack: string): Error {
  return Object.assign(new Error(message), { stack });
}

test.each<[string, unknown, string]>([
  ['no error', 'thrown text\nsecond line', 'thrown text'],
  ['no stack of this file', errorWith('broken', 'Error: broken\n    at /other.ts:1:2'), 'broken'],
  [
    'a frame of this file',
    errorWith('broken', `Error: broken\n    at ${pathToFileURL(file).href}:3:7`),
    'line 3, column 7: broken',
  ],
  [
    'a snippet of this file with carets',
    errorWith('Unexpected token', `${file}:2\n  a: }\n     ^\n\nSyntaxError: Unexpected token`),
    'line 2, column 6: Unexpected token',
  ],
  [
    'a snippet of an imported file',
    errorWith('Unexpected token', 'file:///app/other.ts:5\nx }\n  ^\n\nSyntaxError: Unexpected token'),
    'in /app/other.ts, line 5, column 3: Unexpected token',
  ],
])('describes %s', async (_what, error, text) => {
  expect(await describeLoadError(error, file)).toBe(text);
});

test('redacts keys in the message', async () => {
  const key = ['sk', 'test', 'MARKER1234567890'].join('_');
  expect(await describeLoadError(errorWith(`with ${key}`, ''), file)).toBe('with [redacted]');
});
