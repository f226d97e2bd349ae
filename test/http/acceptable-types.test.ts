import { describe, expect, test } from 'vitest';
import { acceptsAny } from '../../src/http/acceptable-types.ts';

describe('acceptsAny', () => {
  test.each([
    '',
    '*/*',
    'application/json',
    'Application/JSON; charset=utf-8',
    'text/html, application/*;q=0.8',
    'application/graphql-response+json',
    'text/event-stream',
    'multipart/mixed;deferSpec=20220824',
  ])('%j is acceptable', (accept) => {
    expect([acceptsAny(accept), acceptsAny(accept)]).toEqual([true, true]);
  });

  test.each(['text/html', 'image/*', 'application/jsonx', 'application', ',', 'x/*;application/json'])(
    '%j is not acceptable',
    (accept) => {
      expect([acceptsAny(accept), acceptsAny(accept)]).toEqual([false, false]);
    },
  );

  test('the verdict stays right for more headers than are cached', () => {
    for (let at = 0; at < 500; at += 1)
      expect(acceptsAny(`text/x-${at}${at % 2 ? ', */*' : ''}`)).toBe(at % 2 === 1);
  });
});
