import { execute, getNamedType, isLeafType, isObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { GatewayContext } from '../../../src/graphql/context.ts';
import { createResultUsage } from '../../../src/graphql/result-usage.ts';
import { schema } from '../../../src/graphql/schema.ts';
import {
  type AnswerValues,
  createSkeleton,
  fillAnswer,
} from '../../../src/http/fast-path/answer-skeleton.ts';
import type { MintedToken } from '../../../src/mint/minted-token.ts';
import { aCaller } from '../../support/engine.ts';

const now = Date.UTC(2026, 2, 1, 12);

function tokenOf(template: string, more: Partial<MintedToken> = {}): MintedToken {
  return {
    ...{ jwt: `jwt.of.${template}`, claims: { for: template }, issuedAt: now / 1000 },
    ...{ expiresAt: now / 1000 + 60, ...more },
  };
}

const callers = { plain: aCaller(), 'of an organization': aCaller({ o: { id: 'org_acme', rol: 'admin' } }) };

/** Prepares an operation and fills its answer. */
async function answer(
  query: string,
  variables?: Record<string, unknown> | null,
  { operationName, ...values }: Partial<AnswerValues> & { operationName?: string } = {},
) {
  const template = await createSkeleton({ document: parse(query), operationName, variables });
  if (template === undefined) return undefined;
  const tokens = template.templates.map((name) => tokenOf(name));
  const body = fillAnswer(template, { tokens, caller: callers.plain, now, ...values });
  return { ...template, body };
}

/** Returns the answer of graphql-js with real values. */
async function executed(query: string, variables?: Record<string, unknown> | null, caller = callers.plain) {
  const contextValue: GatewayContext = {
    getCaller: () => caller,
    loadToken: ({ template }) => tokenOf(template),
    openTokenStream: () => Promise.reject(new Error('a query opens no stream')),
    listTokenTemplates: () => Promise.reject(new Error('no list')),
    ...{ resultUsage: createResultUsage(), now: () => now },
  };
  const variableValues = variables ?? {};
  return JSON.stringify(await execute({ schema, document: parse(query), contextValue, variableValues }));
}

describe('X22 the filled answer is that of graphql-js', () => {
  test.each<[string, string, Record<string, unknown>?]>([
    ['one token', '{ sessionToken(template: "a") { jwt expiresAt expiresIn claims } }'],
    ['a variable', 'query ($t: String!) { sessionToken(template: $t) { jwt } }', { t: 'a' }],
    [
      'aliases',
      '{ x: sessionToken(template: "a") { y: jwt z: jwt } w: sessionToken(template: "b") { jwt } }',
    ],
    ['nothing, because all of it is skipped', '{ __typename @skip(if: true) }'],
    ['names of types', '{ __typename session { __typename } sessionToken(template: "a") { t: __typename } }'],
    ['the session', '{ session { id userId organizationId token(template: "a") { jwt } } }'],
    [
      'fragments',
      '{ ...Q } fragment Q on Query { sessionToken(template: "a") { ...T } } fragment T on Token { jwt }',
    ],
    ['inline fragments', '{ ... on Query { session { ... { id } ... on Session { userId } } } }'],
    [
      'fields to merge',
      '{ session { id } session { userId id token(template: "a") { jwt } token(template: "a") { claims } } }',
    ],
    [
      'one template in two places',
      '{ sessionToken(template: "a") { jwt } session { token(template: "a") { jwt } } }',
    ],
    [
      'directives with variables',
      'query ($y: Boolean!, $n: Boolean = false) { session @skip(if: $y) { id } sessionToken(template: "a") { jwt @include(if: $n) claims @include(if: $y) } }',
      { y: true },
    ],
    ['a field that is left out', '{ session @skip(if: true) { id } __typename }'],
    [
      'aliases that are names of Object.prototype',
      '{ __proto__: __typename constructor: session { toString: id } }',
    ],
    ['numbers as aliases', '{ _1: __typename session { _2: id } }'],
    [
      'fresh, which is false',
      'query ($f: Boolean! = false) { sessionToken(template: "a", fresh: $f) { jwt } }',
    ],
  ])('%s', async (_what, query, variables) => {
    for (const caller of Object.values(callers)) {
      const found = await answer(query, variables, { caller });
      expect(found?.body).toBe(await executed(query, variables, caller));
    }
  });

  test('the chosen one of two operations', async () => {
    const query = 'query A { session { id } } query B { __typename }';
    const found = await answer(query, null, { operationName: 'B' });
    expect(found?.body).toBe('{"data":{"__typename":"Query"}}');
  });

  test('claims that are wide, nested or empty, and an exp that is a fraction', async () => {
    const query = '{ sessionToken(template: "a") { claims expiresAt expiresIn } }';
    const claims = { name: 'Zoë \u2028 "\\', deep: { list: [[{ a: null }]], 10: 1 }, none: {}, '': 1e21 };
    const tokens = [tokenOf('a', { claims, expiresAt: now / 1000 + 90.75 })];
    const { body = '' } = (await answer(query, null, { tokens })) ?? {};
    expect(JSON.parse(body).data.sessionToken).toEqual({
      ...{ claims, expiresIn: 90, expiresAt: new Date(now + 90_750).toISOString() },
    });
    expect(body).toContain(JSON.stringify(claims));
  });
});

test('X22 every field of a session and of a token has a gap', async () => {
  const fieldsOf = (type: string) => {
    const graphType = schema.getType(type);
    return isObjectType(graphType) ? Object.values(graphType.getFields()) : [];
  };
  const namesOf = (type: string) =>
    fieldsOf(type)
      .filter((field) => isLeafType(getNamedType(field.type)))
      .map(({ name }) => name);
  const [session, token] = [namesOf('Session'), namesOf('Token')];
  expect([session.length, token.length]).toEqual([3, 4]);
  const query = `{ session { ${session.join(' ')} } sessionToken(template: "a") { ${token.join(' ')} } }`;
  expect((await answer(query))?.body).toBe(await executed(query));
});

test('X22 tokens of root fields are loaded before those of the session, each template once', async () => {
  const query =
    '{ session { token(template: "c") { jwt } } x: sessionToken(template: "b") { jwt } y: sessionToken(template: "a") { jwt } z: sessionToken(template: "b") { jwt } }';
  expect((await answer(query))?.templates).toEqual(['b', 'a', 'c']);
});

const aliases = (prefix: string, field: string) =>
  Array.from({ length: 80 }, (_, at) => `${prefix}${at}: ${field}`).join(' ');

describe('an operation is not prepared', () => {
  test.each<[string, string, Record<string, unknown>?]>([
    ['that forces a mint', '{ sessionToken(template: "a", fresh: true) { jwt } }'],
    [
      'that forces a mint beside a usual token',
      '{ a: sessionToken(template: "a") { jwt } session { token(template: "a", fresh: true) { jwt } } }',
    ],
    ['with a wrong variable', 'query ($t: String!) { sessionToken(template: $t) { jwt } }', { t: 1 }],
    ['with a missing variable', 'query ($t: String!) { sessionToken(template: $t) { jwt } }'],
    ['whose template has a malformed name', '{ sessionToken(template: "a/b") { jwt } }'],
    ['that has a constant which is no name of a type', '{ _service { sdl } }'],
    [
      'whose answer has thousands of fields',
      `{ ${aliases('s', 'session { ...F }')} } fragment F on Session { ${aliases('i', 'id')} }`,
    ],
    ['that queries the schema', '{ __type(name: "Token") { fields { name } } }'],
  ])('%s', async (_what, query, variables) => {
    expect(await answer(query, variables)).toBeUndefined();
  });

  test('whose name is not in the document', async () => {
    expect(await answer('query A { __typename }', null, { operationName: 'B' })).toBeUndefined();
  });
});

describe('an answer is not filled', () => {
  const query = '{ sessionToken(template: "a") { claims expiresIn expiresAt } }';

  test('that is longer than 50,000 characters', async () => {
    const fill = async (length: number) =>
      (await answer(query, null, { tokens: [tokenOf('a', { claims: { x: 'x'.repeat(length) } })] }))?.body;
    expect(await fill(60_000)).toBeUndefined();
    expect(await fill(40_000)).toBeDefined();
  });

  test('whose expiresIn is no Int', async () => {
    const tokens = [tokenOf('a', { expiresAt: now / 1000 + 2 ** 31 })];
    expect((await answer(query, null, { tokens }))?.body).toBeUndefined();
  });

  test('for which a token is missing', async () => {
    expect((await answer(query, null, { tokens: [] }))?.body).toBeUndefined();
  });

  test('whose exp is no date: it throws', async () => {
    const tokens = [tokenOf('a', { expiresAt: 9e12 })];
    await expect(answer('{ sessionToken(template: "a") { expiresAt } }', null, { tokens })).rejects.toThrow(
      RangeError,
    );
  });
});
