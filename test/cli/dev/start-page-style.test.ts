import { expect, test } from 'vitest';
import { startPageStyle } from '../../../src/cli/dev/start-page-style.ts';

const style = String(startPageStyle);

test('the style sheet loads nothing, and does not end its element', () => {
  expect(style).not.toMatch(/url\(|@import|</);
});

test('every custom property that is used is defined', () => {
  const used = new Set([...style.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
  const defined = new Set([...style.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  expect([...used].filter((name) => !defined.has(name))).toEqual([]);
  expect(used.size).toBeGreaterThan(0);
});
