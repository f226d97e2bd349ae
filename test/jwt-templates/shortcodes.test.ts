import { expect, test } from 'vitest';
import { findShortcode, shortcodes } from '../../src/jwt-templates/shortcodes.ts';

test.each(Object.keys(shortcodes))('%s is found as it is', (path) => {
  expect(findShortcode(path)).toEqual({ shortcode: path, keys: [] });
});

test.each<[string, string, string[]]>([
  ['user.public_metadata.locale', 'user.public_metadata', ['locale']],
  ['user.unsafe_metadata.a.b', 'user.unsafe_metadata', ['a', 'b']],
  ['org.public_metadata.tier', 'org.public_metadata', ['tier']],
  ['org_membership.public_metadata.desk', 'org_membership.public_metadata', ['desk']],
  ['user.public_metadata.', 'user.public_metadata', ['']],
  ['user.public_metadata.__proto__', 'user.public_metadata', ['__proto__']],
])('%s is a path below metadata', (path, shortcode, keys) => {
  expect(findShortcode(path)).toEqual({ shortcode, keys });
});

test.each([
  ...['', 'user', 'user.', 'user.nothing', 'user.id.x', 'session.actor.sub', 'user.private_metadata.x'],
  ...['__proto__', 'constructor', 'toString', 'user.__proto__', 'user.constructor.name', 'User.id'],
])('"%s" is not found', (path) => {
  expect(findShortcode(path)).toBeUndefined();
});
