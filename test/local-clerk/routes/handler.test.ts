import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { pathParameter } from '../../../src/local-clerk/routes/handler.ts';

const app = new Hono();
app.get('/users/:user_id', (c) => c.json([pathParameter(c, 'user_id'), pathParameter(c, 'other')]));

test.each([
  ['user_x', 'user_x'],
  ['a%20b', 'a b'],
  ['a%2Fb', 'a/b'],
])('the parameter %s of a path is decoded to %s', async (segment, expected) => {
  expect(await (await app.request(`/users/${segment}`)).json()).toEqual([expected, '']);
});
