import { expect, test } from 'vitest';
import { graphiqlStyle } from '../../../src/http/graphiql/graphiql-style.ts';

test('the style sheet loads nothing, and does not end its element', () => {
  expect(graphiqlStyle).not.toMatch(/url\(|@import|</);
});

test('every brace is closed', () => {
  expect(graphiqlStyle.match(/\{/g)?.length).toBe(graphiqlStyle.match(/\}/g)?.length);
});
