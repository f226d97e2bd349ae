import { expect, test } from 'vitest';
import { logo, logoUrl } from '../../../src/http/graphiql/logo.ts';

test('the logo loads nothing, runs nothing, and is silent for screen readers', () => {
  expect(logo).not.toMatch(/href|url\(|<script|on\w+=/);
  expect(logo).toContain('aria-hidden="true"');
});

test('the URL of the logo contains the logo, and fits into an attribute', () => {
  const [type, text = ''] = logoUrl.split(',');
  expect(type).toBe('data:image/svg+xml');
  expect(decodeURIComponent(text)).toBe(logo);
  expect(text).not.toMatch(/["<>]/);
});
