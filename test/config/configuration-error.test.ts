import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/configuration-error.ts';

test('a configuration error keeps its problems apart, and prints one line for each', () => {
  const error = new ConfigurationError(['PORT: expected a port', 'HOST: expected a host']);
  expect(error.problems).toEqual(['PORT: expected a port', 'HOST: expected a host']);
  expect(String(error)).toBe('ConfigurationError: PORT: expected a port\nHOST: expected a host');
  expect(error).toBeInstanceOf(Error);
});
