import { describe, expect, test } from 'vitest';
import { columns, wrap } from '../../src/cli/columns.ts';

describe('wrap', () => {
  test('breaks lines at 100 columns, indentation included', () => {
    const lines = wrap('word '.repeat(60).trim(), 10).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^ {10}word( word)*$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBe(99);
  });

  test('keeps a word whole that is longer than a line', () => {
    const long = 'x'.repeat(120);
    expect(wrap(`a ${long} b`, 2)).toBe(`  a\n  ${long}\n  b`);
  });

  test('keeps a short text on one line', () => {
    expect([wrap('a b', 0), wrap('', 2)]).toEqual(['a b', '  ']);
  });
});

test('columns aligns the descriptions', () => {
  expect(
    columns([
      ['--a', 'One.'],
      ['--longer', 'Two.'],
    ]),
  ).toBe('  --a       One.\n  --longer  Two.');
});
