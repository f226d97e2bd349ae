import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { scope } from '../../src/opentelemetry/scope.ts';

test('the meter and the tracer have the name of the package', () => {
  expect(scope).toBe(manifest.name);
});
