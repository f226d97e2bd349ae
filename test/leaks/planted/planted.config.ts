import { defineConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

/** Runs the tests that leak deliberately. They are not part of the suite. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/leaks/planted/leaking.ts'], coverage: { enabled: false } },
});
