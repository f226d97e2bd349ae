import { expect, test } from 'vitest';
import type { GatewayLogger } from '../../src/index.ts';
import { gatewayOrigin, useGateways } from '../support/gateway.ts';

const world = useGateways();

/** A logger whose methods all do the same. */
function loggerThat(act: () => unknown): GatewayLogger {
  return { debug: act, info: act, warn: act, error: act } as unknown as GatewayLogger;
}

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('the disk is full');
    },
  ],
  ['rejects', () => Promise.reject(new Error('the disk is full'))],
])('a request is answered though the logger %s', async (_what, act) => {
  const faulty = () => {
    throw new Error('a fault of the host');
  };
  const logger = loggerThat(act);
  const gateway = world.start({ logger, audit: faulty, templates: '*' });
  const { data, errors } = await gateway.ask('{ sessionToken(template: "hasura") { jwt } }', {
    session: 'sess_ada',
  });
  expect(errors).toEqual([]);
  expect(data.sessionToken.jwt.split('.')).toHaveLength(3);
  expect((await gateway.fetch(new Request(`${gatewayOrigin}/health`))).status).toBe(200);
  const masked = await world.start({ logger, authenticate: faulty }).ask('{ session { id } }');
  expect(masked.codes).toEqual(['INTERNAL_SERVER_ERROR']);
  expect(masked.text).not.toMatch(/disk|fault/);
});
