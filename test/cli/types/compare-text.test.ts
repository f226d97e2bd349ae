import { expect, test } from 'vitest';
import { compareText } from '../../../src/cli/types/compare-text.ts';

test('texts are sorted by their code units', () => {
  expect(['b', 'a', 'Z', '_', '10', '9', 'ä'].sort(compareText)).toEqual([
    '10',
    '9',
    'Z',
    '_',
    'a',
    'b',
    'ä',
  ]);
  expect(compareText('a', 'a')).toBe(0);
});
