import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import {
  assertNamedType,
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  introspectionFromSchema,
  lexicographicSortSchema,
  parse,
  printType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { composeSupergraph, schemaOf } from '../compose.ts';
import { composeForCosmo, composers } from './support/composers.ts';
import { type Supergraph, startSupergraph } from './support/supergraph.ts';

let world: Supergraph;
let registered: string;
beforeAll(async () => {
  world = await startSupergraph();
  registered = await readFile(new URL('../../../schema.graphql', import.meta.url), 'utf8');
});
afterAll(() => world?.close());
beforeEach(() => world.renew());

test('a running gateway returns the schema that is given to a registry', () => {
  expect(world.services[0].sdl.trim()).toBe(registered.trim());
});

test("a running gateway has the schema that Apollo's library for subgraphs builds from its SDL", async () => {
  const routerSecret = randomBytes(32).toString('base64url');
  await world.renew({ routerSecret });
  const response = await fetch(world.services[0].url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mintgate-router-secret': routerSecret },
    body: JSON.stringify({ query: getIntrospectionQuery({ descriptions: false }) }),
  });
  const { data } = (await response.json()) as { data: IntrospectionQuery };
  const judge = buildSubgraphSchema(parse(registered));
  expect(shape(data)).toEqual(shape(introspectionFromSchema(judge, { descriptions: false })));
  expect(printSubgraphSchema(judge).trim()).toBe(registered.trim());
});

test.each(composers)('%s composes the subgraphs without an error or a hint', (_name, compose) => {
  const { errors, hints, supergraph } = compose(world.services);
  expect({ errors, hints }).toEqual({ errors: [], hints: [] });
  if (compose !== composeForCosmo) expect(supergraph).toMatch(/@join__graph\(name: "mintgate"/);
});

test.each(composers)('%s reports schemas that do not compose', (_name, compose) => {
  const [mintgate, devices] = world.services;
  const misfit = { ...devices, sdl: devices.sdl.replace('device: String', 'userId: Int') };
  expect(compose([mintgate, misfit]).errors).not.toEqual([]);
});

test('with a router secret, only a request with the secret can compose the schema', async () => {
  const routerSecret = randomBytes(32).toString('base64url');
  await world.renew({ routerSecret });
  const [mintgate, devices] = world.services;
  await expect(composeSupergraph([mintgate, devices])).rejects.toThrow(
    'the subgraph mintgate did not return its schema',
  );
  const headers = { 'x-mintgate-router-secret': routerSecret };
  expect(await schemaOf({ ...mintgate, headers })).toBe(mintgate.sdl);
  expect(await composeSupergraph([{ ...mintgate, headers }, devices])).toContain('type Session');
  expect(world.log()).not.toContain(routerSecret);
});

/** Returns the introspection of a schema, with the parts that Federation adds. */
function shape(introspection: IntrospectionQuery): string[] {
  const schema = lexicographicSortSchema(buildClientSchema(introspection));
  const names = ['Query', 'Session', 'Subscription', 'Token', '_Any', '_Entity', '_Service'];
  return names.map((name) => printType(assertNamedType(schema.getType(name))));
}
