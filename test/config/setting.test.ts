import { expect, test } from 'vitest';
import { z } from 'zod';
import { trueOrFalse } from '../../src/config/formats.ts';
import { defaulted, defaultTextOf, optional, required } from '../../src/config/setting.ts';

const description = 'A setting of this test.';

test.each([
  ['a required setting', required({ schema: z.string(), description }), 'required'],
  ['a text', required({ schema: z.string(), description, defaultText: 'here or there' }), 'here or there'],
  ['an optional setting', optional({ schema: z.string(), description, defaultText: 'off' }), 'off'],
  ['a value', defaulted({ ...trueOrFalse, description, default: false }), '`false`'],
  ['an empty list', defaulted({ schema: z.array(z.string()), description, default: [] }), 'none'],
  [
    'a function of other options',
    defaulted({ schema: z.string(), description, defaultFrom: () => 'x', defaultText: 'the key' }),
    'the key',
  ],
])('defaultTextOf prints the default of %s', (_what, setting, text) => {
  expect(defaultTextOf(setting)).toBe(text);
});

test('each kind of setting knows whether it may be left out', () => {
  const schema = z.string();
  expect([
    required({ schema, description }).presence,
    optional({ schema, description, defaultText: 'off' }).presence,
    defaulted({ schema, description, default: 'x' }).presence,
  ]).toEqual(['required', 'optional', 'defaulted']);
});
