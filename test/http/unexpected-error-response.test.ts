import { describe, expect, test } from 'vitest';
import { recordOf } from '../../src/http/request-record.ts';
import { unexpectedErrorResponse } from '../../src/http/unexpected-error-response.ts';
import { newSigningSecret } from '../support/clerk-events.ts';
import { useCoprocessors } from '../support/coprocessor-gateways.ts';
import { useGateways } from '../support/gateway.ts';
import { serveGateway } from '../support/serve-gateway.ts';

const { start, secret } = useCoprocessors(useGateways());

test('the answer has no detail, and the log has the place without the message', async () => {
  const logged: unknown[] = [];
  const log = { error: (...args: unknown[]) => void logged.push(args) };
  const request = new Request('https://x.example/');
  const response = unexpectedErrorResponse(log, request, new TypeError('a private text'));
  expect([response.status, await response.json()]).toEqual([500, { error: 'Unexpected error.' }]);
  expect(logged).toEqual([[{ error: 'TypeError', at: expect.any(Array) }, 'unexpected error']]);
  expect(JSON.stringify(logged)).not.toContain('private');
  expect(recordOf(request).codes).toEqual(['INTERNAL_SERVER_ERROR']);
});

describe('a body that a host has parsed into what JSON does not have', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const json = { 'content-type': 'application/json' };
  const svix = { 'svix-id': 'msg_1', 'svix-timestamp': '1', 'svix-signature': 'v1,a' };

  test.each<[string, string, unknown, Record<string, string>]>([
    ['the coprocessor, a cycle', `/coprocessor/apollo/${secret}`, circular, json],
    ['the coprocessor, a BigInt', `/coprocessor/apollo/${secret}`, { id: 1n }, json],
    ['a webhook, a BigInt', '/webhooks/clerk', 1n, { ...json, ...svix }],
    [
      'the token exchange, a BigInt',
      '/token',
      { audience: 1n },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['GraphQL, a cycle', '/graphql', circular, json],
  ])('is 500 in JSON that is not stored, without a stack: %s', async (_what, path, body, headers) => {
    const options = { webhookSigningSecret: newSigningSecret(), tokenExchange: { storage: 'inventory' } };
    const { gateway } = await start(options);
    const { url } = await serveGateway(async (request, response) => {
      await request.toArray();
      gateway(Object.assign(request, { body }), response);
    });
    const answer = await fetch(new URL(path, url), { method: 'POST', body: '{}', headers });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([500, 'no-store']);
    const text = await answer.text();
    expect(JSON.parse(text)).toBeTypeOf('object');
    expect(text).not.toMatch(/TypeError|BigInt|circular|node:|\.ts|\bat /);
    const lines = gateway.logLines.map((line) => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ error: 'TypeError', msg: 'unexpected error' }));
    expect(lines.some(({ status }) => status === 500)).toBe(true);
  });
});
