import { expect, test } from 'vitest';
import { selectSteps } from '../../../scripts/ci/select-steps.ts';

const steps = [
  { id: 'build', title: '', share: 1 },
  { id: 'lint', title: '', share: 1 },
  { id: 'pack', title: '', share: 1, after: ['build'] },
  { id: 'use', title: '', share: 1, after: ['pack'] },
];
const select = (...names: string[]) => selectSteps(steps, names).map(({ id }) => id);

test('selects all steps without a name, and otherwise those named with the steps that they need', () => {
  expect(select()).toEqual(['build', 'lint', 'pack', 'use']);
  expect(select('lint')).toEqual(['lint']);
  expect(select('use', 'lint')).toEqual(['build', 'lint', 'pack', 'use']);
});

test('names all steps when it does not know one', () => {
  expect(() => select('lint', 'Lint')).toThrow('there is no step Lint: name some of build, lint, pack, use');
});
