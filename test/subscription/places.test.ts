import { expect, test } from 'vitest';
import { createPlaces } from '../../src/subscription/places.ts';

test('a place that is not given back, because a runtime ended its stream without a word, is free after a while', () => {
  let now = 0;
  const places = createPlaces({ limit: 2, sessionLimit: 1, longest: 1_000, elapsed: () => now });
  const forgotten = places.take('ada');
  now = 500;
  const leave = places.take('grace');
  expect([places.take('ada'), places.take('alan')]).toEqual([undefined, undefined]);
  now = 1_000;
  expect(places.take('ada')).toBeTypeOf('function');
  // Too late: that place is another's by now.
  forgotten?.();
  expect(places.take('alan')).toBeUndefined();
  leave?.();
  leave?.();
  expect([places.take('alan') !== undefined, places.take('linus')]).toEqual([true, undefined]);
});
