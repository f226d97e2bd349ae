import { describe, expect, test } from 'vitest';
import { openTelemetry } from '../../../src/opentelemetry.ts';
import { coprocessorRequest, headersOf, postToCoprocessor } from '../../support/apollo-router.ts';
import { newCoprocessorSecret, subgraphs, useCoprocessors } from '../../support/coprocessor-gateways.ts';
import { gatewayOrigin, useGateways, workingOptions } from '../../support/gateway.ts';
import { startMetrics } from '../../support/metrics.ts';
import { startTraces } from '../../support/traces.ts';

const world = useGateways();
const { start, secret } = useCoprocessors(world);
/** Returns a body that arrives when the test lets it, and a promise of the moment at which it is asked for. */
function laterBody() {
  const { promise: isRead, resolve } = Promise.withResolvers<void>();
  const { promise: text, resolve: arrive } = Promise.withResolvers<string>();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        resolve();
        controller.enqueue(new TextEncoder().encode(await text));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, isRead, arrive };
}

const asked = () => coprocessorRequest('inventory');

/** Returns what an answer shows: its status, its headers but the date, and its body. */
async function shown(response: Response) {
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return [response.status, headers, await response.text()];
}

describe('the secret in the path', () => {
  test.each<[string, string]>([
    ['another secret', newCoprocessorSecret()],
    ['a part of it', secret.slice(0, -1)],
    ['it and more', `${secret}0`],
    ['it and a further segment', `${secret}/x`],
    ['it and a slash', `${secret}/`],
    ['it twice', secret + secret],
    ['it percent-encoded', `%${secret.charCodeAt(0).toString(16)}${secret.slice(1)}`],
    ['nothing', ''],
  ])('K07 is needed: with %s, the path gets the 404 of any unknown path', async (_what, text) => {
    const { url, urlWith } = await start();
    const unknown = await shown(await postToCoprocessor(new URL('/unknown', url).href, asked()));
    expect(unknown[0]).toBe(404);
    expect(await shown(await postToCoprocessor(urlWith(text), asked()))).toEqual(unknown);
  });

  test('K07 without coprocessorSecret, every path below is unknown', async () => {
    const gateway = world.start();
    const request = new Request(`${gatewayOrigin}/coprocessor/apollo/${secret}`, { method: 'POST' });
    expect((await gateway.fetch(request)).status).toBe(404);
  });

  test('K07 is in no line of the log, no metric, no trace and no answer, whether right or wrong', async () => {
    const traces = startTraces();
    const { meterProvider, collect } = startMetrics();
    const { tracerProvider } = traces;
    const telemetry = openTelemetry({ meterProvider, tracerProvider });
    const { gateway, url, urlWith } = await start({ telemetry });
    const wrong = newCoprocessorSecret();
    const answers = [
      await postToCoprocessor(url, asked()),
      await postToCoprocessor(url, '{'),
      await postToCoprocessor(urlWith(wrong), asked()),
      await fetch(url),
      await gateway.fetch(new Request(`${gatewayOrigin}/coprocessor/apollo/${secret}`, { method: 'POST' })),
    ];
    const spans = traces.spans().map(({ name, attributes }) => [name, attributes]);
    const texts = [
      ...gateway.logLines,
      JSON.stringify(spans),
      JSON.stringify(await collect()),
      JSON.stringify(await Promise.all(answers.map(shown))),
    ].join('\n');
    expect(texts).toContain('/coprocessor/apollo/{secret}');
    expect(texts.match(/asks the coprocessor with a wrong secret/g)).toHaveLength(1);
    expect([texts.includes(secret), texts.includes(wrong)]).toEqual([false, false]);
  });

  test('K08 is rotated without a refusal: old and new one are accepted, then the new one alone', async () => {
    const next = newCoprocessorSecret();
    const { gateway, options, url, urlWith } = await start();
    const status = async (text: string) => (await postToCoprocessor(urlWith(text), asked())).status;
    const reload = (coprocessorSecret: string | string[]) =>
      gateway.reload({ ...workingOptions(world.clerk), ...options, coprocessorSecret });
    expect([await status(secret), await status(next)]).toEqual([200, 404]);
    await reload([next, secret]);
    expect([await status(secret), await status(next)]).toEqual([200, 200]);
    await headersOf(url, 'inventory');
    await reload(next);
    expect([await status(secret), await status(next)]).toEqual([404, 200]);
  });

  test.each<[string, string]>([
    ['a request', 'request'],
    ['no JSON', '{'],
    ['more than the largest body', 'x'.repeat(70_000)],
  ])(
    'K08 that a reload replaces while the body arrives gets the 404 of any unknown path: %s',
    async (_what, text) => {
      const { gateway, options } = await start({ maxBodyBytes: 65_536 });
      const caller = { authorization: [`Bearer ${await world.clerk.mintSessionToken('sess_0')}`] };
      const body = text === 'request' ? JSON.stringify(coprocessorRequest('inventory', caller)) : text;
      const post = (path: string, sent: ReadableStream | string) =>
        gateway.fetch(
          new Request(gatewayOrigin + path, { method: 'POST', body: sent, duplex: 'half' } as RequestInit),
        );
      const { stream, isRead, arrive } = laterBody();
      const answer = post(`/coprocessor/apollo/${secret}`, stream);
      await isRead;
      await gateway.reload({
        ...workingOptions(world.clerk),
        ...{ ...options, coprocessorSecret: newCoprocessorSecret() },
      });
      arrive(body);
      expect(await shown(await answer)).toEqual(await shown(await post('/unknown', body)));
      expect([world.mints(), gateway.audited]).toEqual([0, []]);
      expect(gateway.logLines.join('')).toContain('asks the coprocessor with a wrong secret');
    },
  );

  test('K08 that a reload removes leaves no such path', async () => {
    const { gateway, options, url } = await start();
    const { coprocessorSecret: _removed, ...without } = options;
    await gateway.reload({ ...workingOptions(world.clerk), ...without, subgraphs });
    expect((await postToCoprocessor(url, asked())).status).toBe(404);
  });
});
