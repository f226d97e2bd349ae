import { GraphQLScalarType } from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { useGateways } from '../support/gateway.ts';
import { nowSeconds } from '../support/tokens.ts';

const world = useGateways();

afterEach(() => {
  vi.useRealTimers();
});

describe('Token', () => {
  test('says the seconds left by the clock of the gateway, in whole ones and never below zero', async () => {
    let now = nowSeconds() * 1000;
    vi.useFakeTimers({ toFake: ['Date'], now });
    let afterMint = 0;
    const audit = () => {
      now += afterMint;
    };
    const gateway = world.start({ now: () => now, audit });
    const left = async () => {
      const { data } = await gateway.ask(
        '{ sessionToken(template: "minimal") { expiresIn expiresAt claims } }',
        {
          session: 'sess_ada',
        },
      );
      expect(data.sessionToken.expiresAt).toBe(new Date(data.sessionToken.claims.exp * 1000).toISOString());
      return data.sessionToken.expiresIn;
    };
    expect(await left()).toBe(60);
    now += 500;
    expect(await left()).toBe(59);
    // Time passes between the mint and the answer, too.
    afterMint = 61_000;
    expect(await left()).toBe(0);
  });

  test('has the claims that are in the token', async () => {
    const query = '{ sessionToken(template: "firebase") { jwt claims } }';
    const { data } = await world.start().ask(query, { session: 'sess_ada' });
    const payload = data.sessionToken.jwt.split('.')[1];
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(data.sessionToken.claims);
  });
});

describe('the scalar JWT', () => {
  const scalar = schema.getType('JWT');
  if (!(scalar instanceof GraphQLScalarType)) throw new Error('expected the scalar JWT');

  test('takes three base64url parts, and an empty signature', () => {
    expect(scalar.serialize('a.b.c')).toBe('a.b.c');
    expect(scalar.parseValue('a-_.b.')).toBe('a-_.b.');
    expect(scalar.parseLiteral({ kind: 'StringValue', value: 'a.b.c' } as never)).toBe('a.b.c');
  });

  test.each(['', 'secret', 'a.b', 'a.b.c.d', 'a b.c.d', 5, null, undefined])(
    'X06 refuses %j without quoting it',
    (value) => {
      const message = /^Expected a JSON Web Token in compact form\.$/;
      expect(() => scalar.serialize(value)).toThrow(message);
      expect(() => scalar.parseValue(value)).toThrow(message);
      expect(() => scalar.parseLiteral({ kind: 'IntValue', value: '5' } as never)).toThrow(message);
    },
  );
});

test('every type, field and argument of the graph is described', () => {
  const undescribed: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    // Introspection is graphql-js' own.
    if (type.name.startsWith('__')) continue;
    if (!type.description) undescribed.push(type.name);
    if (!('getFields' in type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.description) undescribed.push(`${type.name}.${field.name}`);
      for (const argument of 'args' in field ? field.args : []) {
        if (!argument.description) undescribed.push(`${type.name}.${field.name}(${argument.name})`);
      }
    }
  }
  expect(undescribed).toEqual([]);
});
