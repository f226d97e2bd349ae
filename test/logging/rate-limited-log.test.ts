import { expect, test } from 'vitest';
import { createRateLimitedLog } from '../../src/logging/rate-limited-log.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass } = useFakeTime();

test('a line is written once a minute, and reports how many were suppressed before it', async () => {
  const written: object[] = [];
  const report = createRateLimitedLog((fields) => written.push(fields));
  const reportOften = (times: number) => Array.from({ length: times }, () => report());
  reportOften(200);
  await pass(59.9);
  reportOften(1);
  expect(written).toEqual([{}]);
  await pass(0.1);
  reportOften(3);
  expect(written).toEqual([{}, { suppressed: 200 }]);
  await pass(3_600);
  reportOften(1);
  expect(written).toEqual([{}, { suppressed: 200 }, { suppressed: 2 }]);
});

test('each log has a limit apart from the others', () => {
  const written: string[] = [];
  const reports = ['a', 'b'].map((name) => createRateLimitedLog(() => written.push(name)));
  for (const report of [...reports, ...reports]) report();
  expect(written).toEqual(['a', 'b']);
});
