import { describe, expect, test } from 'vitest';
import {
  coprocessorRequest,
  fullCoprocessorRequest,
  headersOf,
  postToCoprocessor,
  routeToSubgraph,
  type SubgraphHeaders,
} from '../../support/apollo-router.ts';
import { tokenIn, useCoprocessors } from '../../support/coprocessor-gateways.ts';
import { useGateways } from '../../support/gateway.ts';
import { serveGateway } from '../../support/serve-gateway.ts';

const { start, signedIn } = useCoprocessors(useGateways());

describe('the request', () => {
  test('K09 with all that the router can send gets an answer of control, identity and headers alone', async () => {
    const { url } = await start();
    const caller = await signedIn('sess_0');
    const answerTo = async (headers: SubgraphHeaders) => {
      const sent = fullCoprocessorRequest('inventory', headers);
      return [sent.id, await (await postToCoprocessor(url, sent)).json()];
    };
    const common = { version: 1, stage: 'SubgraphRequest', subgraphRequestId: 'subgraph-request-1' };
    const [id, asked] = await answerTo({ ...caller, 'x-request-id': ['7'] });
    expect(asked).toEqual({
      ...{ ...common, id, control: 'continue' },
      headers: {
        ...{ accept: [expect.any(String)], 'content-type': ['application/json'], 'x-request-id': ['7'] },
        authorization: [expect.stringMatching(/^Bearer eyJ/)],
      },
    });
    const [brokenId, broken] = await answerTo({ authorization: ['Bearer x'] });
    const error = { message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } };
    expect(broken).toEqual({
      ...{ ...common, id: brokenId, control: { break: 401 }, body: { errors: [error] } },
    });
  });

  test.each<[string, unknown, RegExp]>([
    ['for another stage', coprocessorRequest('a', {}, { stage: 'RouterRequest' }), /The stage is not/],
    ['without headers', coprocessorRequest('a', {}, { headers: undefined }), /headers: true/],
    ['without a name', coprocessorRequest('a', {}, { serviceName: undefined }), /service_name: true/],
    ['that is not JSON', '{', /not a JSON object/],
  ])(
    'K09 %s is refused with 400, which fails it at the router, and the log has the reason',
    async (_what, body, message) => {
      const { gateway, url } = await start();
      const response = await postToCoprocessor(url, body);
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: expect.stringMatching(message) },
      ]);
      expect(gateway.logLines.join('')).toMatch(message);
    },
  );

  test('K09 larger than maxBodyBytes is refused with 413', async () => {
    const { url } = await start({ maxBodyBytes: 1_000 });
    const body = coprocessorRequest('inventory', {}, { body: { query: 'x'.repeat(1_000) } });
    expect((await postToCoprocessor(url, body)).status).toBe(413);
  });

  test('K09 whose body the host has parsed is answered', async () => {
    const { gateway, url } = await start();
    const { url: hostUrl } = await serveGateway(async (request, response) => {
      const body = JSON.parse(String(Buffer.concat(await request.toArray())));
      gateway(Object.assign(request, { body }), response);
    });
    const there = new URL(new URL(url).pathname, hostUrl).href;
    const { authorization } = await headersOf(there, 'inventory', await signedIn('sess_0'));
    expect(tokenIn(authorization)).toEqual(['inventory', 'user_0']);
  });

  test('K09 whose body the host has read without keeping it is refused with 500', async () => {
    const { gateway, url } = await start();
    const lost = new Request(url, { method: 'POST', body: JSON.stringify(coprocessorRequest('inventory')) });
    await lost.text();
    const response = await gateway.fetch(lost);
    expect([response.status, gateway.logLines.join('')]).toEqual([
      500,
      expect.stringContaining('kept no copy'),
    ]);
  });

  test('K09 is a POST: any other method is refused with 405', async () => {
    const { url } = await start();
    const response = await fetch(url);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('is one line of the log, with the subgraph, the outcome and the mints, and without a value', async () => {
    const { gateway, url } = await start();
    const caller = await signedIn('sess_0');
    const context = { entries: { 'apollo::supergraph::operation_name': 'Stock', other: 'not logged' } };
    await postToCoprocessor(url, coprocessorRequest('inventory', caller, { context }));
    await routeToSubgraph(url, 'billing', { authorization: ['Bearer x'] });
    await headersOf(url, 'shipping-of-a-client', caller);
    await postToCoprocessor(url, '{');
    const lines = gateway.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    const common = { level: 30, time: expect.any(Number), msg: 'request', door: 'coprocessor' };
    const durationMs = expect.any(Number);
    expect(lines).toEqual([
      {
        ...{ ...common, durationMs, subgraph: 'inventory', operation: 'Stock' },
        ...{ outcome: 'OK', status: 200, mints: 1 },
      },
      {
        ...{ ...common, durationMs, subgraph: 'billing', outcome: 'UNAUTHENTICATED', status: 200, mints: 0 },
        refusal: 'not a JWT with a readable header',
      },
      { ...common, durationMs, outcome: 'OK', status: 200, mints: 0 },
      { ...common, durationMs, outcome: 'BAD_REQUEST', status: 400, mints: 0, refusal: expect.any(String) },
    ]);
    expect(gateway.logLines.join('')).not.toMatch(/shipping-of-a-client|not logged/);
  });
});
