import { expect, test } from 'vitest';
import { keepBody, keptSince, keptText } from '../../../src/http/body/kept-body.ts';

test('the kept text belongs to its request only, also an empty one', () => {
  const [one, other, third] = [{}, {}, {}];
  keepBody(one, { startedAt: 5, text: '{}' });
  keepBody(third, { startedAt: 5, text: '' });
  expect([one, other, third].map(keptText)).toEqual(['{}', undefined, '']);
});

test('the error of a body that could not be read is thrown for each reader', () => {
  const request = {};
  const error = new Error('the client has gone');
  keepBody(request, { startedAt: 5, error });
  for (let reader = 0; reader < 2; reader += 1) expect(() => keptText(request)).toThrow(error);
});

test('the arrival of a request is kept with its body', () => {
  const request = {};
  expect(keptSince(request)).toBeUndefined();
  keepBody(request, { startedAt: 5, error: new Error('the client has gone') });
  expect(keptSince(request)).toBe(5);
});
