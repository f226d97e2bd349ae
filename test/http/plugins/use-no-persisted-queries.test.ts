import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import manifest from '../../../src/client/generated/persisted-documents.json' with { type: 'json' };
import type { GatewayOptions } from '../../../src/index.ts';
import { readAnswer } from '../../support/answer.ts';
import { gatewayOrigin, useGateways } from '../../support/gateway.ts';

const world = useGateways();
const [documentId = ''] = Object.keys(manifest);
const query = '{ __typename }';
const sha256Hash = createHash('sha256').update(query).digest('hex');

test.each<[string, object]>([
  ['an id of the manifest', { documentId }],
  ['an id and an empty query', { documentId, query: '' }],
  ['an id beside a query', { documentId, query }],
  ['an id that is null', { documentId: null }],
])('a request with %s is refused, and the error names the missing setting', async (_what, body) => {
  const answer = await readAnswer(await world.start().post(JSON.stringify(body)));
  expect([answer.status, answer.data, answer.codes]).toEqual([400, undefined, ['BAD_REQUEST']]);
  expect(answer.errors[0]?.message).toMatch(/no persisted documents: .* set MINTGATE_PERSISTED_ONLY/);
  expect(world.requests()).toBe(0);
});

test('X01 X19 a hash by GET is refused with the code that makes the client send the query by POST', async () => {
  const get = async (search: string, options: Partial<GatewayOptions> = {}) => {
    const response = await world.start(options).fetch(new Request(`${gatewayOrigin}/graphql?${search}`));
    const { status, codes } = await readAnswer(response);
    return [status, response.headers.get('allow'), ...codes];
  };
  const extensions = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }));
  expect(await get(`extensions=${extensions}`)).toEqual([405, 'POST', 'PERSISTED_QUERY_NOT_SUPPORTED']);
  const refused = [405, 'POST', 'BAD_REQUEST'];
  expect(await get(`extensions=${extensions}`, { persistedDocuments: manifest })).toEqual(refused);
  for (const search of [
    '',
    `extensions=${extensions}&query=${encodeURIComponent(query)}`,
    ...['null', '5', '{', '%', '{"persistedQuery":null}'].map((text) => `extensions=${text}`),
  ])
    expect(await get(search)).toEqual(refused);
});
