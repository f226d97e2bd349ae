import { expect, test } from 'vitest';
import { useGateways } from '../../support/gateway.ts';
import { bearerOf } from '../../support/refusal.ts';

const world = useGateways();
const query = 'query Token { sessionToken(template: "hasura") { jwt } }';

test.each([
  { query, operationName: 'Other' },
  { query, operationName: 5 },
  { query: 'query A { __typename } query B { __typename }' },
  { query: 'fragment A on Query { __typename }' },
])('X12 %j, without an operation to execute, is refused with a code of the gateway', async (params) => {
  const response = await world.start().post(JSON.stringify(params));
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  expect(response.status).toBeLessThan(500);
});

test.each<[object, RegExp]>([
  [{ query, operationName: '' }, /operationName is empty: omit it/],
  [{ query: '{ __typename }', operationName: '' }, /operationName is empty: omit it/],
  [{ query: 'subscription { sessionToken(template: "x") { jwt } }', operationName: '' }, /is empty/],
  [{ query, operationName: ' ' }, /operationName is not in the document/],
  [{ query, operationName: 'Other' }, /operationName is not in the document/],
  [{ query, operationName: 5 }, /operationName is not a string/],
  [{ query, operationName: ['Token'] }, /operationName is not a string/],
  [{ query: 'query A { __typename } query B { __typename }' }, /several operations: name one/],
  [{ query: 'query A { __typename } query B { __typename }', operationName: '' }, /is empty/],
  [{ query: 'fragment A on Query { __typename }', operationName: '' }, /only fragments: add an operation/],
])('X12 %j is refused, and the message names the mistake', async (params, words) => {
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const response = await world.start().post(JSON.stringify(params), { ...(await bearerOf(world)), accept });
    const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
    expect([response.status, errors[0]?.extensions]).toEqual([400, { code: 'GRAPHQL_VALIDATION_FAILED' }]);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(words) })]);
  }
  expect(world.requests()).toBe(0);
});
