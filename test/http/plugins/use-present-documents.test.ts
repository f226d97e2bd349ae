import { expect, test } from 'vitest';
import type { PersistedDocuments } from '../../../src/http/documents/persisted-documents.ts';
import { usePresentDocuments } from '../../../src/http/plugins/use-present-documents.ts';
import { type TestGateway, useGateways, workingOptions } from '../../support/gateway.ts';

const world = useGateways();
const one = { 'sha256:one': '{ __typename }' };

const codesOf = async (gateway: TestGateway, query: string) => (await gateway.ask(query)).status;

test('persisted documents are required from the reload on that sets them', async () => {
  const options = workingOptions(world.clerk);
  const gateway = world.start();
  expect(await codesOf(gateway, '{ __typename }')).toBe(200);
  await gateway.reload({ ...options, persistedDocuments: one });
  expect(await codesOf(gateway, '{ __typename }')).toBe(400);
  await gateway.reload(options);
  expect(await codesOf(gateway, '{ __typename }')).toBe(200);
});

test('the rule is that of the moment in which the parameters have arrived', () => {
  let documents: PersistedDocuments | undefined = one;
  const { onParams } = usePresentDocuments(() => documents);
  const apply = () =>
    onParams?.({ params: { query: '{ __typename }' }, setParams() {}, paramsHandler() {} } as never);
  expect(apply).toThrow(/Only persisted documents/);
  documents = undefined;
  expect(apply).not.toThrow();
});
