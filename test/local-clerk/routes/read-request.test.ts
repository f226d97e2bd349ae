import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ApiError } from '../../../src/local-clerk/errors/api-error.ts';
import { flag, page, readBody, readQuery, repeated } from '../../../src/local-clerk/routes/read-request.ts';

const bodySchema = z.object({ name: z.string(), size: z.int().optional() });
const querySchema = z.strictObject({ user_id: repeated, paginated: flag, ...page });

const app = new Hono();
app.onError((error, c) => {
  if (!(error instanceof ApiError)) throw error;
  const { status, entry } = error;
  return c.json({ status, code: entry.code, parameter: entry.meta?.param_name });
});
app.post('/', async (c) => c.json(await readBody(c, bodySchema)));
app.get('/', (c) => c.json(readQuery(c, querySchema)));

const post = async (body: string) => (await app.request('/', { method: 'POST', body })).json();
const get = async (query: string) => (await app.request(`/?${query}`)).json();

describe('a body', () => {
  test('is read by its schema', async () => {
    expect(await post('{"name": "a", "surplus": 1}')).toEqual({ name: 'a' });
  });

  test.each(['', ' '])('counts as an empty object when it is %j', async (body) => {
    const failure = { status: 422, code: 'form_param_missing', parameter: 'name' };
    expect(await post(body)).toEqual(failure);
  });

  test.each(['{', '[]', '"text"', 'null', '{"name":'])('is refused as malformed: %j', async (body) => {
    expect(await post(body)).toEqual({ status: 400, code: 'request_body_invalid' });
  });

  test('is refused above one megabyte', async () => {
    expect(await post(JSON.stringify({ name: 'x'.repeat(1024 * 1024) }))).toEqual({
      status: 413,
      code: 'request_body_too_large',
    });
  });

  test('is refused for an invalid field', async () => {
    const failure = { status: 422, code: 'form_param_value_invalid', parameter: 'size' };
    expect(await post('{"name": "a", "size": 0.5}')).toEqual(failure);
  });
});

describe('a query', () => {
  test('has the defaults of a page', async () => {
    expect(await get('')).toEqual({ limit: 10, offset: 0 });
  });

  test('has all values of a repeated parameter, in either notation, and the last of any other', async () => {
    const query = 'user_id=a&user_id=b&limit=1&limit=2&paginated=false';
    expect(await get(query)).toEqual({ user_id: ['a', 'b'], limit: 2, offset: 0, paginated: false });
    expect(await get('user_id[]=a&user_id[]=b')).toMatchObject({ user_id: ['a', 'b'] });
  });

  test('is refused with more than 100 values of a parameter', async () => {
    const query = Array.from({ length: 101 }, () => 'user_id=a').join('&');
    expect(await get(query)).toMatchObject({ status: 422, parameter: 'user_id' });
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=x', 'limit'],
    ['offset=-1', 'offset'],
    ['paginated=perhaps', 'paginated'],
  ])('is refused for an invalid value: %s', async (query, parameter) => {
    expect(await get(query)).toEqual({ status: 422, code: 'form_param_value_invalid', parameter });
  });

  test('is refused for an unknown parameter, which may be a filter of Clerk', async () => {
    const failure = { status: 422, code: 'form_param_unknown', parameter: 'colour' };
    expect(await get('colour=red')).toEqual(failure);
  });
});
