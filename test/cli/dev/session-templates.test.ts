import { describe, expect, test } from 'vitest';
import { createTemplateQuery, describeTemplates } from '../../../src/cli/dev/session-templates.ts';
import { createSessionTokenSigner } from '../../../src/cli/dev/session-token-signer.ts';
import { useGateways } from '../../support/gateway.ts';

const world = useGateways();

/** Asks a gateway with discovery, or without. */
function queryWith(discovery: boolean) {
  const gateway = world.start({ discovery, graphqlEndpoint: '/tokens' });
  const signSessionToken = createSessionTokenSigner(world.clerk, '');
  return createTemplateQuery({ gateway, signSessionToken, graphqlEndpoint: '/tokens' });
}

describe('the templates of a session', () => {
  test('are those that the gateway names', async () => {
    const query = queryWith(true);
    const others = ['reports'];
    const mintable = ['firebase', 'ghost', 'hasura', 'minimal', 'nhost', 'short'];
    expect(await query('sess_ada')).toEqual({ mintable, others });
    expect(await query('sess_ada_acme')).toEqual({ mintable: [...mintable, ...others].sort(), others: [] });
  });

  test('are unknown for a session that is refused or does not exist, and without discovery', async () => {
    const query = queryWith(true);
    expect(await query('sess_grace_pending')).toBeUndefined();
    expect(await query('sess_nobody')).toBeUndefined();
    expect(await queryWith(false)('sess_ada')).toBeUndefined();
  });
});

test.each([
  [['a', 'b'], [], 'May mint every template'],
  [[], ['a'], 'May mint no template'],
  [[], [], 'May mint no template'],
  [['a'], ['b', 'c'], 'May mint only a'],
  [['a', 'b', 'c'], ['d', 'e'], 'May mint all but d, e'],
])('the templates %j, and not %j, are described as: %s', (mintable, others, text) => {
  expect(describeTemplates({ mintable, others })).toBe(text);
});
