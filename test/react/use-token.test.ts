import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, expectTypeOf, test, vi } from 'vitest';
import { type TokenState, useToken } from '../../src/react/index.ts';

test('useToken without a provider says what is missing', () => {
  vi.spyOn(console, 'error').mockReturnValue();
  const Lost = () => createElement('p', null, useToken('hasura').token);
  expect(() => renderToString(createElement(Lost))).toThrow(
    'useToken: there is no TokenProvider above this component: render one around it',
  );
  vi.restoreAllMocks();
});

test('useToken takes any template, with any claims, while no template is registered', () => {
  expectTypeOf(useToken<string>).returns.toEqualTypeOf<TokenState>();
  expectTypeOf<TokenState['claims']>().toEqualTypeOf<Record<string, unknown> | null>();
});
