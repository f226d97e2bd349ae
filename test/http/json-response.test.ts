import { expect, test } from 'vitest';
import { jsonResponse } from '../../src/http/json-response.ts';

test('a JSON response has its status, its media type and further headers', async () => {
  const response = jsonResponse(405, { error: 'é' }, { allow: 'POST' });
  expect([response.status, await response.text()]).toEqual([405, '{"error":"é"}']);
  expect(Object.fromEntries(response.headers)).toEqual({
    allow: 'POST',
    'content-type': 'application/json; charset=utf-8',
  });
});
