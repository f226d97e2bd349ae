import { expect, test } from 'vitest';
import { decodeText } from '../../../src/cli/configuration/decode-text.ts';

const text = 'NAME=wért';

test.each<[string, Uint8Array]>([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16, little-endian', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16, big-endian', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
])('X20 %s is read without its mark', (_encoding, bytes) => {
  expect(decodeText(bytes)).toBe(text);
});

test('an empty file decodes to an empty text', () => {
  expect(decodeText(new Uint8Array())).toBe('');
});
