import { expect, test } from 'vitest';
import { yogaLogging } from '../../src/http/yoga-logging.ts';

test('logs the errors that Yoga masks, and drops its other lines', () => {
  const logged: unknown[][] = [];
  const logging = yogaLogging({ error: (...line: unknown[]) => void logged.push(line) });
  logging.debug();
  logging.info();
  expect(logged).toEqual([]);
  logging.error('masked', new TypeError('a fault'));
  logging.warn();
  expect(logged).toMatchObject([
    [{ error: 'TypeError' }, 'unexpected error'],
    [{ error: 'undefined' }, 'unexpected error'],
  ]);
});
