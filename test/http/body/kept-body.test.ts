import { expect, test } from 'vitest';
import { keepBody, keptText } from '../../../src/http/body/kept-body.ts';

test('the kept text belongs to its request only, also an empty one', () => {
  const [one, other, third] = [{}, {}, {}];
  keepBody(one, { text: '{}' });
  keepBody(third, { text: '' });
  expect([one, other, third].map(keptText)).toEqual(['{}', undefined, '']);
});

test('the error of a body that could not be read is thrown for each reader', () => {
  const request = {};
  const error = new Error('the client has gone');
  keepBody(request, { error });
  for (let reader = 0; reader < 2; reader += 1) expect(() => keptText(request)).toThrow(error);
});
