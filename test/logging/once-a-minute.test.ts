import { expect, test } from 'vitest';
import { onceAMinute } from '../../src/logging/once-a-minute.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass } = useFakeTime();

test('a line of one kind is written once a minute, and says how many were suppressed before it', async () => {
  const written: object[] = [];
  const say = onceAMinute((fields) => written.push(fields));
  const sayOften = (times: number) => Array.from({ length: times }, () => say());
  sayOften(200);
  await pass(59.9);
  sayOften(1);
  expect(written).toEqual([{}]);
  await pass(0.1);
  sayOften(3);
  expect(written).toEqual([{}, { suppressed: 200 }]);
  await pass(3_600);
  sayOften(1);
  expect(written).toEqual([{}, { suppressed: 200 }, { suppressed: 2 }]);
});
