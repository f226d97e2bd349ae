import { expect, test } from 'vitest';
import { isJson } from '../../../src/http/body/is-json.ts';

test.each([
  'application/json',
  'APPLICATION/JSON',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/json; charset=utf8',
  'application/json; profile=x; charset=utf-8',
  'application/json;',
])('%s is JSON in UTF-8', (contentType) => {
  expect(isJson(contentType)).toBe(true);
});

test.each([
  '',
  'text/plain',
  'application/jsonp',
  'application/graphql-response+json',
  'application/json; charset=utf-16',
  'application/json; charset=latin1; charset=utf-8',
  'text/plain; application/json',
  'application/json, text/plain',
])('X02 %j is not JSON in UTF-8', (contentType) => {
  expect(isJson(contentType)).toBe(false);
});
