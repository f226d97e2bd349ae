import { describe, expect, test } from 'vitest';
import {
  type Endpoint,
  endpoints,
  isPublic,
  isUnlimited,
  requireEndpoint,
} from '../../src/local-clerk/endpoints.ts';

describe('endpoints', () => {
  test('are a method and a path, each once', () => {
    expect(new Set(endpoints).size).toBe(endpoints.length);
    for (const endpoint of endpoints) expect(endpoint).toMatch(/^(GET|POST|PATCH|DELETE) \/[\w./{}-]+$/);
  });

  test('without a rate limit are the two of the JWKS', () => {
    expect(endpoints.filter(isUnlimited)).toEqual(['GET /.well-known/jwks.json', 'GET /v1/jwks']);
    expect(isUnlimited('unmatched')).toBe(false);
  });

  test('without a secret key are only the public JWKS', () => {
    expect(endpoints.filter(isPublic)).toEqual(['GET /.well-known/jwks.json']);
    expect(isPublic('unmatched')).toBe(false);
  });

  test.each<Endpoint>([...endpoints, 'unmatched'])('%s is known', (endpoint) => {
    expect(requireEndpoint(endpoint)).toBe(endpoint);
  });

  test.each(['POST /v1/session/{session_id}/tokens', 'get /v1/users', ''])('%j is refused', (endpoint) => {
    expect(() => requireEndpoint(endpoint as Endpoint)).toThrow(`has no endpoint "${endpoint}": use one of `);
  });
});
