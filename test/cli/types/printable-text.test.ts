import { expect, test } from 'vitest';
import { printableText } from '../../../src/cli/types/printable-text.ts';

test.each<[string, string]>([
  ['plain text, Grüße, 漢字, 🙂', 'plain text, Grüße, 漢字, 🙂'],
  ['line\nfeed\r\t', 'line\\nfeed\\r\\t'],
  ['"\\', '\\"\\\\'],
  ['\u001b[31m\u009b', '\\u001b[31m\\u009b'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\u202e\u2066\u200b\ufeff\u00a0', '\\u202e\\u2066\\u200b\\ufeff\\u00a0'],
  ['\u{e0041}', '\\udb40\\udc41'],
  ['\ud800', '\\ud800'],
])('%j is written as %s, which means the same', (text, printable) => {
  expect(printableText(text)).toBe(printable);
  expect(JSON.parse(`"${printable}"`)).toBe(text);
});
