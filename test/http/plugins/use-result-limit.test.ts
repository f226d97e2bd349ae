import { describe, expect, test } from 'vitest';
import { events } from '../../support/event-stream.ts';
import { type TestGateway, useGateways } from '../../support/gateway.ts';
import { aliases, askTenTimes, expectTooLarge, joined, writeMetadata } from '../../support/large-results.ts';
import { ways } from '../../support/serve-gateway.ts';

const world = useGateways();

describe.each(ways)('tokens in the events of a subscription, %s', (_way, post) => {
  async function subscribe(gateway: TestGateway, fields: string): Promise<Response> {
    const query = `subscription { sessionToken(template: "hasura") { ${fields} } }`;
    return post(gateway, JSON.stringify({ query }), {
      accept: 'text/event-stream',
      authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
    });
  }
  const brief = { templates: { hasura: { maxCacheAge: 1 } } };

  test('X15 each event may have a megabyte', async () => {
    writeMetadata(world, 'x'.repeat(2_000));
    const response = await subscribe(world.start(brief), aliases(240, 'jwt'));
    for (const { data } of await events(response, 3)) {
      const { sessionToken } = (data as { data: { sessionToken: Record<string, string> } }).data;
      expect(Object.keys(sessionToken)).toHaveLength(240);
      expect(JSON.stringify(sessionToken).length).toBeGreaterThan(500_000);
    }
  });

  test('X15 an event above it is replaced by one short error, and so is the next', async () => {
    writeMetadata(world, 'x'.repeat(7_900));
    const response = await subscribe(world.start(brief), aliases(240, 'claims'));
    const found = await events(response, 2);
    for (const { data } of found) {
      expect(data).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(data).not.toHaveProperty('data');
      expect(JSON.stringify(data).length).toBeLessThan(500);
    }
  });
});

describe('the rest of one result', () => {
  const long = (length: number) => 'n'.repeat(length);

  test.each<[string, string]>([
    [
      'a long name in a fragment',
      `{ ${aliases(225, '_service { ...F }')} } fragment F on _Service { ${long(55_000)}: __typename }`,
    ],
    [
      'long names in fragments',
      `{ ${aliases(80, '_service { ...F }')} } fragment F on _Service { ${joined(8, (at) => `${long(6_900)}${at}: __typename`)} }`,
    ],
  ])('X15 above a megabyte is replaced by one short error, without a session: %s', async (_what, query) => {
    expectTooLarge(await world.start().ask(query));
  });

  test('X15 above a megabyte is replaced by one short error, by representations', async () => {
    const gateway = world.start();
    const fragment = `fragment F on Token { ${long(50_000)}: __typename }`;
    expectTooLarge(await askTenTimes(gateway, aliases(200, 'token(template: "minimal") { ...F }'), fragment));
  });

  test('X15 above a megabyte is replaced by one short error, in the paths of errors', async () => {
    const representations = 'representations: [{ __typename: "Session", id: "sess_ada" }]';
    const failing = aliases(200, 'token(template: "/") { jwt }');
    const query = `{ ${long(50_000)}: _entities(${representations}) { ... on Session { ${failing} } } }`;
    expectTooLarge(await world.start().ask(query, { session: 'sess_ada' }));
  });

  test('X15 may have the schema as often as it fits', async () => {
    const gateway = world.start();
    const { errors, text } = await gateway.ask(`{ ${aliases(250, '_service { sdl }')} }`);
    expect(errors).toEqual([]);
    expect(text.length).toBeLessThan(1_000_000);
  });

  test('X15 cannot use the bytes that the tokens leave', async () => {
    writeMetadata(world, 'x'.repeat(7_900));
    const gateway = world.start();
    const ask = (length: number) => {
      const fragment = `fragment F on Token { ${long(length)}: __typename }`;
      return askTenTimes(gateway, aliases(3, 'token(template: "hasura") { jwt claims ...F }'), fragment);
    };
    const { errors, text } = await ask(32_000);
    expect(errors).toEqual([]);
    expect(text.length).toBeGreaterThan(1_500_000);
    expect(text.length).toBeLessThan(2_000_000);
    expectTooLarge(await ask(34_000));
  });
});
