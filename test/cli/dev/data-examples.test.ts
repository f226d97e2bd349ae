import { expect, test } from 'vitest';
import { sessionExample, templateExample } from '../../../src/cli/dev/data-examples.ts';
import { parseLocalClerkData } from '../../../src/local-clerk/index.ts';

test('the examples are parts of a valid data file', () => {
  const data = parseLocalClerkData(JSON.parse(`{ ${sessionExample}, ${templateExample} }`));
  expect(data.sessions).toEqual([expect.objectContaining({ id: 'sess_one' })]);
  expect(data.jwt_templates).toEqual([expect.objectContaining({ name: 'mine' })]);
});
