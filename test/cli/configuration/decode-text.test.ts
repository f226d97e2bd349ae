import { expect, test } from 'vitest';
import { decodeStrictly, decodeText } from '../../../src/cli/configuration/decode-text.ts';

const text = 'NAME=wért';

const encodings: [string, Uint8Array][] = [
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16, little-endian', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16, big-endian', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
];

test.each(encodings)('X20 %s is read without its mark', (_encoding, bytes) => {
  expect([decodeText(bytes), decodeStrictly(bytes)]).toEqual([text, text]);
});

test('an empty file decodes to an empty text', () => {
  expect(decodeText(new Uint8Array())).toBe('');
});

test.each<[string, number[]]>([
  ['UTF-8', [0x61, 0xc3, 0x28]],
  ['UTF-16', [0xff, 0xfe, 0x00, 0xd8]],
])('bytes that are no %s are refused where the text must be exact', (_encoding, bytes) => {
  expect(decodeStrictly(Uint8Array.from(bytes))).toBeUndefined();
  expect(decodeText(Uint8Array.from(bytes))).toContain('\ufffd');
});
