import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { devQuery } from '../../../src/cli/dev/dev-query.ts';
import { schemaOf } from '../../../src/graphql/schema.ts';
import { worldOf } from './demo-worlds.ts';

const queryOf = (...templates: string[]) => devQuery(worldOf(templates).templates, 'on');

test('the first query in GraphiQL requests a token of hasura where there is one, and the session', () => {
  expect(queryOf('firebase', 'hasura', 'nhost')).toMatchInlineSnapshot(`
    "query Tokens {
      sessionToken(template: "hasura") {
        expiresAt
        expiresIn
        claims
        jwt
      }
      session {
        id
        userId
        organizationId
        tokenTemplates {
          name
          lifetime
          mintable
        }
      }
    }
    "
  `);
});

test('it requests a token of the first template where there is no hasura, and none where there is no template', () => {
  expect(queryOf('billing', 'reports')).toContain('sessionToken(template: "billing")');
  expect(queryOf()).not.toContain('sessionToken');
});

test('it does not query the templates where discovery is off', () => {
  const query = devQuery(worldOf(['hasura']).templates, 'off');
  expect(query).not.toContain('tokenTemplates');
  expect(validate(schemaOf({ discovery: false }), parse(query))).toEqual([]);
});

test.each([[['hasura']], [[]]])('it is valid GraphQL with the templates %j', (templates) => {
  expect(validate(schemaOf({ discovery: true }), parse(queryOf(...templates)))).toEqual([]);
});
