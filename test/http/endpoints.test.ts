import { expect, test } from 'vitest';
import { endpoints, exchangeEndpoint } from '../../src/http/endpoints.ts';
import { gatewayOrigin, useGateways } from '../support/gateway.ts';

const world = useGateways();

test.each(Object.entries({ ...endpoints, exchangeEndpoint }))(
  '%s is answered at %s, beside the GraphQL endpoint',
  async (_name, path) => {
    const webhookSigningSecret = `whsec_${'a'.repeat(32)}`;
    const gateway = world.start({ webhookSigningSecret, tokenExchange: { api: 'hasura' } });
    const answer = await gateway.fetch(new Request(gatewayOrigin + path));
    expect(answer.status).not.toBe(404);
    const below = await gateway.fetch(new Request(`${gatewayOrigin}${path}/x`));
    expect(below.status).toBe(404);
  },
);
