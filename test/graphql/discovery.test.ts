import { readFile } from 'node:fs/promises';
import { assertValidSchema, buildSchema, GraphQLObjectType, printSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { withDiscovery } from '../../src/graphql/discovery.ts';
import { schema, schemaOf } from '../../src/graphql/schema.ts';
import type { GatewayOptions } from '../../src/index.ts';
import { tokenQuery } from '../support/answer.ts';
import { type TestGateway, useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();

const listQuery = 'query Templates { session { id tokenTemplates { name lifetime mintable } } }';
const listEndpoint = 'GET /v1/jwt_templates';

/** Starts a gateway with discovery. */
const start = (options: Partial<GatewayOptions> = {}) => world.start({ discovery: true, ...options });

/** Returns the names of the templates that a session may mint, and those of the others. */
async function listOf(gateway: TestGateway, session: string) {
  const { data } = await gateway.ask(listQuery, { session });
  const templates = data.session.tokenTemplates as { name: string; mintable: boolean }[];
  const names = (mintable: boolean) =>
    templates.filter((template) => template.mintable === mintable).map(({ name }) => name);
  return { mintable: names(true), others: names(false) };
}

describe('the graph', () => {
  test('D01 has no tokenTemplates without discovery, which is the default and schema.graphql', async () => {
    expect(schemaOf({ discovery: false })).toBe(schema);
    expect(printSchema(schema)).not.toMatch(/tokenTemplates|TokenTemplate/);
    expect(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')).not.toMatch(
      /TokenTemplate/,
    );
    for (const gateway of [world.start(), world.start({ discovery: false })]) {
      const { status, data, codes } = await gateway.ask(listQuery, { session: 'sess_ada' });
      expect([status, data, codes]).toEqual([200, undefined, ['GRAPHQL_VALIDATION_FAILED']]);
    }
  });

  test('D01 has tokenTemplates with discovery, also for routers, and is otherwise the same', async () => {
    const discovering = schemaOf({ discovery: true });
    expect(() => assertValidSchema(discovering)).not.toThrow();
    expect(schemaOf({ discovery: true })).toBe(discovering);
    const { data } = await start().ask('{ _service { sdl } }');
    expect(data._service.sdl).toContain('  tokenTemplates: [TokenTemplate!]!\n');
    const composed = buildSchema(data._service.sdl, { assumeValidSDL: true });
    expect(Object.keys(composed.getTypeMap())).toContain('TokenTemplate');
    const lines = new Set(printSchema(discovering).split('\n'));
    expect(
      printSchema(schema)
        .split('\n')
        .filter((line) => !lines.has(line)),
    ).toEqual([]);
  });

  test('describes the type and its fields', () => {
    const type = schemaOf({ discovery: true }).getType('TokenTemplate') as GraphQLObjectType;
    expect(type).toBeInstanceOf(GraphQLObjectType);
    for (const { description } of [type, ...Object.values(type.getFields())])
      expect(description).toMatch(/\.$/);
  });

  test('withDiscovery refuses a graph without a session', () => {
    expect(() => withDiscovery(buildSchema('type Query { a: Int }'))).toThrow();
  });
});

describe('tokenTemplates', () => {
  test('D02 lists exactly the configured templates by name, with the configured lifetime', async () => {
    const templates = { nhost: {}, hasura: { lifetime: 90 }, ghost: {} };
    const { data } = await start({ templates }).ask(listQuery, { session: 'sess_ada' });
    expect(data.session).toEqual({
      id: 'sess_ada',
      tokenTemplates: [
        { name: 'ghost', lifetime: null, mintable: true },
        { name: 'hasura', lifetime: 90, mintable: true },
        { name: 'nhost', lifetime: null, mintable: true },
      ],
    });
  });

  test('D02 says for each session what a request for the token would be answered', async () => {
    const gateway = start({
      templates: {
        hasura: {},
        reports: { requires: { permission: 'org:reports:read' }, organizationClaim: 'organization_id' },
        minimal: { allowImpersonated: true },
        short: { allow: async ({ userId }) => userId === 'user_ada' },
      },
    });
    const lists: Record<string, unknown> = {};
    for (const session of ['sess_ada', 'sess_ada_acme', 'sess_grace_acme', 'sess_grace_impersonated']) {
      const { mintable, others } = await listOf(gateway, session);
      lists[session] = others;
      const codes = await Promise.all(
        [...mintable, ...others].map(async (template) => {
          const { codes } = await gateway.ask(tokenQuery, { session, variables: { template } });
          return codes[0];
        }),
      );
      expect(codes).toEqual([...mintable.map(() => undefined), ...others.map(() => 'FORBIDDEN')]);
    }
    expect(lists).toEqual({
      sess_ada: ['reports'],
      sess_ada_acme: [],
      sess_grace_acme: ['short'],
      sess_grace_impersonated: ['hasura', 'reports', 'short'],
    });
  });

  test('D02 is a field of the entity, for the calling session alone', async () => {
    const query = `query ($list: [_Any!]!) {
      _entities(representations: $list) { ... on Session { id tokenTemplates { name } } }
    }`;
    const list = ['sess_ada', 'sess_grace_acme'].map((id) => ({ __typename: 'Session', id }));
    const gateway = start({ templates: ['hasura'] });
    const { data, errors } = await gateway.ask(query, { session: 'sess_ada', variables: { list } });
    expect(errors).toEqual([]);
    expect(data._entities).toEqual([{ id: 'sess_ada', tokenTemplates: [{ name: 'hasura' }] }, null]);
  });

  test('D02 follows a reload of the policies', async () => {
    const gateway = start({ templates: { hasura: {}, nhost: {} } });
    expect(await listOf(gateway, 'sess_ada')).toEqual({ mintable: ['hasura', 'nhost'], others: [] });
    const options = { ...workingOptions(world.clerk), discovery: true };
    await gateway.reload({ ...options, templates: { hasura: { allow: () => false } } });
    expect(await listOf(gateway, 'sess_ada')).toEqual({ mintable: [], others: ['hasura'] });
  });

  test('D03 mints nothing, calls no endpoint of Clerk, and is neither counted nor audited', async () => {
    const gateway = start();
    expect(await listOf(gateway, 'sess_ada')).toMatchObject({ others: ['reports'] });
    expect([world.requests(), gateway.audited, gateway.stats().refusals]).toEqual([0, [], {}]);
  });

  test('D03 needs a session, and a revoked one is refused', async () => {
    const gateway = start();
    expect((await gateway.ask(listQuery)).data).toEqual({ session: null });
    const { data, codes } = await gateway.ask(listQuery, { bearer: 'not a token' });
    expect([data, codes]).toEqual([{ session: null }, ['UNAUTHENTICATED']]);
  });

  test('D03 asks a check of the host once for each operation, only where mintable is selected, and an error refuses', async () => {
    let calls = 0;
    const allow = () => {
      calls += 1;
      throw new Error('the check has failed');
    };
    const gateway = start({ templates: { hasura: { allow } } });
    await gateway.ask('{ session { tokenTemplates { name lifetime } } }', { session: 'sess_ada' });
    expect(calls).toBe(0);
    const twice = '{ session { a: tokenTemplates { mintable } b: tokenTemplates { mintable } } }';
    const { data, errors } = await gateway.ask(twice, { session: 'sess_ada' });
    expect([data.session, errors, calls]).toEqual([
      { a: [{ mintable: false }], b: [{ mintable: false }] },
      [],
      1,
    ]);
  });

  test('D05 is never answered by the fast path, which answers the rest as before', async () => {
    const gateway = start();
    const both =
      'query Both { session { id tokenTemplates { name mintable } } sessionToken(template: "hasura") { jwt } }';
    for (let at = 0; at < 4; at += 1) {
      const { data } = await gateway.ask(both, { session: 'sess_ada' });
      expect(data.session.tokenTemplates).toHaveLength(7);
    }
    expect(gateway.stats().requests).toEqual({ fastPath: 0, yoga: 4 });
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    const rest = () => gateway.ask(tokenQuery, { bearer, variables: { template: 'hasura' } });
    await rest();
    await expect.poll(async () => (await rest()) && gateway.stats().requests.fastPath).toBeGreaterThan(0);
  });

  test('D02 is a field of persisted documents, where discovery is on', async () => {
    const persistedDocuments = { 'sha256:1': listQuery };
    expect(() => world.start({ persistedDocuments })).toThrow(/Cannot query field "tokenTemplates"/);
    const body = JSON.stringify({ documentId: 'sha256:1' });
    const authorization = `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
    const response = await start({ persistedDocuments }).post(body, { authorization });
    expect(await response.json()).toMatchObject({ data: { session: { id: 'sess_ada' } } });
  });
});

describe("tokenTemplates with templates: '*'", () => {
  const list = (gateway: TestGateway) => listOf(gateway, 'sess_ada').then(({ mintable }) => mintable);
  const demo = ['firebase', 'hasura', 'minimal', 'nhost', 'reports', 'short'];

  test('D04 lists the templates of the instance, with one call to Clerk for many requests', async () => {
    const gateway = start({ templates: '*' });
    expect(await Promise.all([list(gateway), list(gateway), list(gateway)])).toEqual([demo, demo, demo]);
    expect(await list(gateway)).toEqual(demo);
    expect([world.clerk.controls.requests(listEndpoint), world.mints()]).toEqual([1, 0]);
  });

  test('D04 is UPSTREAM_UNAVAILABLE while Clerk fails, without a call for each request', async () => {
    world.clerk.controls.answerAlways({ status: 422 }, listEndpoint);
    const gateway = start({ templates: '*' });
    for (let at = 0; at < 3; at += 1) {
      const { data, codes } = await gateway.ask(listQuery, { session: 'sess_ada' });
      expect([data, codes]).toEqual([{ session: null }, ['UPSTREAM_UNAVAILABLE']]);
    }
    expect(world.clerk.controls.requests(listEndpoint)).toBe(1);
    const warnings = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
    expect(warnings).toContainEqual(
      expect.objectContaining({ msg: 'Clerk does not list its JWT templates' }),
    );
  });
});
