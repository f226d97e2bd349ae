import { expect, test } from 'vitest';
import { internal } from '../../src/mint/mint-failure.ts';
import { failed } from '../../src/mint/mint-result.ts';

test('a failure is a result without a token', () => {
  const failure = internal();
  expect(failed(failure)).toEqual({ kind: 'failure', failure });
});
