import { type AuditResult, serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';
import { gatewayOrigin, useGateways } from '../support/gateway.ts';

const world = useGateways();

// GraphQL over HTTP: a server MAY accept GET. This one does not, because caches and logs keep URLs (X01).
const notices = {
  '5A70': 'MAY accept application/x-www-form-urlencoded formatted GET requests',
  D6D5: 'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  '6A70': 'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
};

test('the audits of GraphQL over HTTP pass, except for those of GET', async () => {
  // Some audits introspect, which production refuses.
  const gateway = world.start({ mode: 'development' });
  const fetchFn = (url: string, init: RequestInit) => gateway.fetch(new Request(url, init));
  const audits = serverAudits({ url: `${gatewayOrigin}/graphql`, fetchFn });
  const results: AuditResult[] = [];
  for (const { fn } of audits) results.push(await fn());
  expect(results).toHaveLength(61);
  const notOk = results.filter(({ status }) => status !== 'ok');
  expect(notOk.map(({ id, name, status }) => [id, name, status]).sort()).toEqual(
    Object.entries(notices)
      .map(([id, name]) => [id, name, 'notice'])
      .sort(),
  );
});
