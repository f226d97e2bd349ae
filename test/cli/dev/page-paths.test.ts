import { expect, test } from 'vitest';
import { isPagePath } from '../../../src/cli/dev/page-paths.ts';

test.each(['/', '/dev/', '/dev/sessions/sess_ada/token'])('%s is a path of the pages', (path) => {
  expect(isPagePath(path)).toBe(true);
});

test.each(['/graphql', '/dev', '/development', '/api/dev/', ''])('%j is not a path of the pages', (path) => {
  expect(isPagePath(path)).toBe(false);
});
