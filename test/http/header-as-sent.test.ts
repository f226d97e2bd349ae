import { expect, test } from 'vitest';
import { headerAsSent } from '../../src/http/header-as-sent.ts';

const request = new Request('https://x.example', { headers: { 'content-type': 'application/json' } });
const sent = (rawHeaders: string[]) =>
  headerAsSent(request, { req: { complete: true, rawHeaders } }, 'content-type');

test('a header of node:http is as it was sent, also where Yoga has replaced it', () => {
  expect(sent(['Host', 'content-type', 'Content-TYPE', 'text/plain'])).toBe('text/plain');
  expect(sent(['Content-Type', ''])).toBe('');
  expect(sent(['Content-Type'])).toBeNull();
  expect(sent([])).toBeNull();
});

test('a header of another host is that of the request', () => {
  expect(headerAsSent(request, {}, 'content-type')).toBe('application/json');
  expect(headerAsSent(request, {}, 'origin')).toBeNull();
});
