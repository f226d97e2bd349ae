import { describe, expect, test } from 'vitest';
import { createClient, keySetUrl } from '../../src/clerk/client.ts';

const apiUrl = 'https://api.clerk.com';

describe('the URL of the key set', () => {
  test.each([
    [apiUrl, 'https://api.clerk.com/v1/jwks'],
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000/v1/jwks'],
    ['https://proxy.example.com/clerk//', 'https://proxy.example.com/clerk/v1/jwks'],
  ])('of %s is %s', (base, url) => {
    expect(keySetUrl(base).href).toBe(url);
  });
});

test('the client sends no telemetry', () => {
  const client = createClient({
    secretKey: ['sk', 'test', 'x'.repeat(24)].join('_'),
    publishableKey: `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`,
    apiUrl,
  });
  expect(client.telemetry?.isEnabled).toBe(false);
  expect(client.sessions.getToken).toEqual(expect.any(Function));
});
