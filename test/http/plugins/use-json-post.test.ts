import { describe, expect, test } from 'vitest';
import { gatewayOrigin, useGateways } from '../../support/gateway.ts';
import { bearerOf, expectRefusal } from '../../support/refusal.ts';

const world = useGateways({ bothWays: true });
const query = 'query Token { sessionToken(template: "hasura") { jwt } }';
const json = JSON.stringify({ query });

describe('methods', () => {
  test('X01 a token query over GET is refused with 405', async () => {
    const url = `${gatewayOrigin}/graphql?query=${encodeURIComponent(query)}`;
    for (const headers of [{}, { 'content-type': 'application/json' }, { accept: 'text/html' }]) {
      const response = await world
        .start()
        .fetch(
          new Request(url, { headers: { ...(await bearerOf(world)), ...headers } as Record<string, string> }),
        );
      expect(response.headers.get('allow')).toBe('POST');
      await expectRefusal(world, response, 405);
    }
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('X01 %s is refused with 405', async (method) => {
    const headers = { ...(await bearerOf(world)), 'content-type': 'application/json' };
    const request = new Request(`${gatewayOrigin}/graphql`, { method, headers, body: json });
    await expectRefusal(world, await world.start().fetch(request), 405);
  });

  test('X01 HEAD is refused with 405', async () => {
    const request = new Request(`${gatewayOrigin}/graphql`, {
      method: 'HEAD',
      headers: await bearerOf(world),
    });
    expect((await world.start().fetch(request)).status).toBe(405);
    expect(world.requests()).toBe(0);
  });
});

describe('media types', () => {
  const form = new URLSearchParams({ query });
  const multipart = () => {
    const data = new FormData();
    data.append('operations', json);
    data.append('map', '{}');
    return data;
  };
  test.each<[string, BodyInit, string | null]>([
    ['text/plain', json, 'text/plain'],
    ['text/plain with a charset', json, 'text/plain; charset=utf-8'],
    ['text/plain that pretends', json, 'text/plain; application/json'],
    ['application/x-www-form-urlencoded', form, 'application/x-www-form-urlencoded'],
    ['application/graphql', query, 'application/graphql'],
    ['application/graphql+json', json, 'application/graphql+json'],
    ['application/json in UTF-16', json, 'application/json; charset=utf-16'],
    ['application/json in Latin-1', json, 'application/json;charset="iso-8859-1"'],
    ['application/jsonx', json, 'application/jsonx'],
    ['two types', json, 'text/plain, application/json'],
    ['an empty type', json, ''],
    ['a type of nonsense', json, ';;;'],
  ])('X02 a POST of %s is refused with 415', async (_what, body, type) => {
    const headers = { ...(await bearerOf(world)), ...(type === null ? {} : { 'content-type': type }) };
    await expectRefusal(world, await world.start().post(body, headers), 415);
  });

  test('X02 a POST of multipart/form-data, or without a type, is refused with 415', async () => {
    const gateway = world.start();
    const url = `${gatewayOrigin}/graphql`;
    const headers = await bearerOf(world);
    const untyped = new Request(url, { method: 'POST', headers, body: new TextEncoder().encode(json) });
    await expectRefusal(world, await gateway.fetch(untyped), 415);
    await expectRefusal(
      world,
      await gateway.fetch(new Request(url, { method: 'POST', headers, body: multipart() })),
      415,
    );
  });

  test.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])(
    'X02 a body encoded with %s is refused with 415',
    async (encoding) => {
      await expectRefusal(
        world,
        await world.start().post(json, { ...(await bearerOf(world)), 'content-encoding': encoding }),
        415,
      );
    },
  );

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"; x=y',
  ])('a POST of %s is read', async (type) => {
    const response = await world.start().post(json, { ...(await bearerOf(world)), 'content-type': type });
    expect(await response.json()).toMatchObject({ data: { sessionToken: { jwt: expect.any(String) } } });
  });
});

describe('JSON', () => {
  test.each([
    ['nothing', ''],
    ['a space', ' '],
    ['broken JSON', '{'],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '""'],
    ['an empty batch', '[]'],
    ['a batch of one', `[${json}]`],
    ['a batch of eleven', `[${Array.from({ length: 11 }, () => json).join()}]`],
  ])('X05 X12 a body of %s is refused with 400', async (_what, body) => {
    await expectRefusal(world, await world.start().post(body, await bearerOf(world)), 400);
  });

  test.each([
    { query: 5 },
    { query: null },
    { query, variables: 5 },
    { query, variables: [1] },
    { query, variables: 'x' },
    { query, extensions: 5 },
    { query, more: 1 },
  ])('X12 the parameters %j are a client error', async (params) => {
    const headers = { ...(await bearerOf(world)), accept: 'application/graphql-response+json' };
    await expectRefusal(world, await world.start().post(JSON.stringify(params), headers), 400);
  });
});
