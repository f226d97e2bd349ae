import { describe, expect, test } from 'vitest';
import { forcedResponse, requireSendable } from '../../../src/local-clerk/fault-injection/forced-answer.ts';

describe('a forced answer', () => {
  test('has no body and no type unless they are given', async () => {
    const response = forcedResponse({ status: 503 });
    expect([response.status, await response.text()]).toEqual([503, '']);
    expect(response.headers.has('content-type')).toBe(false);
  });

  test('sends text as it is, so that malformed JSON is possible', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = forcedResponse({ status: 200, body: '{oops', headers });
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'application/json',
      '{oops',
    ]);
    expect(forcedResponse({ status: 200, body: 'x' }).headers.get('content-type')).toMatch(/^text\/plain/);
  });

  test.each([[{}], [[]], [null], [5], [false]])('sends %j as JSON', async (body) => {
    const response = forcedResponse({ status: 200, body });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(body);
  });

  test('has one content type, whether its name is in upper or lower case', () => {
    const response = forcedResponse({ status: 200, body: {}, headers: { 'Content-Type': 'text/plain' } });
    expect(response.headers.get('content-type')).toBe('text/plain');
  });

  test('is returned when it can be sent', () => {
    const answer = { status: 429, headers: { 'retry-after': '7' } };
    expect(requireSendable(answer)).toBe(answer);
  });

  test.each([
    ['a status outside 200 to 599', { status: 99 }],
    ['no status', {} as { status: number }],
    ['a body with a status that forbids one', { status: 204, body: {} }],
    ['a header with a line break', { status: 200, headers: { 'x-a': 'b\nc' } }],
    ['a body that JSON cannot represent', { status: 200, body: 5n }],
    ['null', null as unknown as { status: number }],
  ])('is refused where a test writes it: %s', (_name, answer) => {
    expect(() => requireSendable(answer)).toThrow('The local Clerk cannot send this answer: ');
  });
});
