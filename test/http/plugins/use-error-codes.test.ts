import { describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../../../src/index.ts';
import { tokenQuery } from '../../support/answer.ts';
import { events } from '../../support/event-stream.ts';
import { type Asking, type TestGateway, useGateways } from '../../support/gateway.ts';
import { nowSeconds, signSession } from '../../support/tokens.ts';

const world = useGateways();
const development = { mode: 'development' } as const;

const expired = async () => ({
  bearer: await signSession(world.clerk, { iat: nowSeconds() - 600, exp: nowSeconds() - 540 }),
});
const template = (name: string): Asking => ({ session: 'sess_ada', variables: { template: name } });

const refusals: [string, string, RegExp, () => Asking | Promise<Asking>][] = [
  ['an expired session token', 'UNAUTHENTICATED', /^token-expired$/, expired],
  ['no JWT', 'UNAUTHENTICATED', /^not a JWT with a readable header$/, () => ({ bearer: 'x' })],
  ['another scheme', 'UNAUTHENTICATED', /not one Bearer/, () => ({ headers: { authorization: 'Basic x' } })],
  ['nothing', 'UNAUTHENTICATED', /^no credentials$/, () => ({})],
  ['a pending session', 'UNAUTHENTICATED', /not active/, () => ({ session: 'sess_grace_pending' })],
  ['a malformed name', 'BAD_USER_INPUT', /not a template name/, () => template('../x')],
  ['an unknown template', 'TEMPLATE_NOT_FOUND', /^not configured$/, () => template('other')],
  ['a template that Clerk lacks', 'TEMPLATE_NOT_FOUND', /^unknown to Clerk$/, () => template('ghost')],
  ['a policy that it does not satisfy', 'FORBIDDEN', /^lacks permission$/, () => template('reports')],
];

const ask = async (gateway: TestGateway, asking: Asking) => {
  const { errors } = await gateway.ask(tokenQuery, { variables: { template: 'hasura' }, ...asking });
  return errors[0]?.extensions as { code?: string; reason?: string } | undefined;
};

describe('the reason of a refusal', () => {
  test.each(refusals)(
    'for %s is in extensions.reason in development',
    async (_what, code, reason, asking) => {
      for (const options of [{}, { requireSession: true }] satisfies Partial<GatewayOptions>[]) {
        const gateway = world.start({ ...development, ...options });
        expect(await ask(gateway, await asking())).toEqual({ code, reason: expect.stringMatching(reason) });
      }
    },
  );

  test.each(refusals)('for %s is absent in production', async (_what, code, _reason, asking) => {
    for (const options of [{}, { requireSession: true }] satisfies Partial<GatewayOptions>[])
      expect(await ask(world.start(options), await asking())).toEqual({ code });
  });

  test('is the reason in the log', async () => {
    const gateway = world.start(development);
    const answered = await ask(gateway, await expired());
    const lines = gateway.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'graphql');
    expect(lines.map(({ refusal }) => refusal)).toEqual([answered?.reason]);
  });

  test('is in the events of a subscription, too', async () => {
    const body = JSON.stringify({ query: 'subscription { sessionToken(template: "other") { jwt } }' });
    const headers = {
      authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
      accept: 'text/event-stream',
    };
    for (const [options, reason] of [
      [development, { reason: 'not configured' }],
      [{}, {}],
    ] as const) {
      const [first] = await events(await world.start(options).post(body, headers), 1);
      expect(first?.data).toEqual({
        errors: [expect.objectContaining({ extensions: { code: 'TEMPLATE_NOT_FOUND', ...reason } })],
      });
    }
  });

  test('has no token, even if a host puts one there', async () => {
    const token = await world.clerk.mintSessionToken('sess_ada');
    const gateway = world.start({ ...development, authenticate: () => ({ refused: `no good: ${token}` }) });
    expect(await ask(gateway, {})).toEqual({ code: 'UNAUTHENTICATED', reason: 'no good: [redacted]' });
  });

  test('is absent from an error without a reason', async () => {
    const { errors } = await world.start(development).ask('{ nothing }');
    expect(errors[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});
