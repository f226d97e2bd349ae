import { expect, test } from 'vitest';
import { parseOptions } from '../../src/config/parse-options.ts';
import { createAuthentication } from '../../src/gateway/caller-authentication.ts';
import { connectClerk } from '../../src/gateway/clerk-connection.ts';
import type { GatewayOptions } from '../../src/index.ts';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { aCaller } from '../support/engine.ts';
import { appOrigin, gatewayOrigin, useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();
const log = { debug() {}, info() {}, warn() {}, error() {} };

function authenticationOf(options: Partial<GatewayOptions>) {
  const settings = parseOptions({ ...workingOptions(world.clerk), ...options });
  const present = () => {
    throw new Error('the rules of a generation must not depend on the present ones');
  };
  const base = { ...{ log, runtime: nodeRuntime, present, reporter: createReporter() }, now: Date.now };
  return createAuthentication(base, connectClerk(base, settings), settings);
}

test('accepts the callers of the authorized parties of its settings', async () => {
  const { authenticate, findCaller, acceptsCaller } = authenticationOf({ authorizedParties: [appOrigin] });
  const authorization = async (azp: string) =>
    `Bearer ${await world.clerk.mintSessionToken('sess_ada', { azp })}`;
  const [own, foreign] = [await authorization(appOrigin), await authorization('https://other.example.com')];
  expect(findCaller?.(own)?.userId).toBe('user_ada');
  expect(findCaller?.(foreign)).toBeUndefined();
  const request = new Request(gatewayOrigin, { headers: { authorization: foreign } });
  expect((await authenticate(request, {})).kind).toBe('refused');
  const caller = findCaller?.(own);
  if (caller === undefined) throw new Error('expected a caller');
  const { acceptsCaller: acceptsNow } = authenticationOf({
    authorizedParties: ['https://other.example.com'],
  });
  // A caller that no gateway has verified is not accepted.
  const unverified = aCaller({ azp: appOrigin });
  expect([acceptsCaller(caller), acceptsNow(caller), acceptsCaller(unverified)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('does not accept a caller that another public key has verified', async () => {
  const other = await startLocalClerk();
  await other.close();
  const [before, after] = [authenticationOf({}), authenticationOf({ jwtKey: other.jwtKey })];
  const token = `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
  const caller = before.findCaller?.(token);
  if (caller === undefined) throw new Error('expected a caller');
  expect([before, authenticationOf({}), after].map(({ acceptsCaller }) => acceptsCaller(caller))).toEqual([
    true,
    true,
    false,
  ]);
});

test('accepts every caller where the host authenticates, and finds none by itself', async () => {
  const authentication = authenticationOf({ authenticate: () => null, authorizedParties: [appOrigin] });
  const { authenticate, findCaller, acceptsCaller, notReadyReason } = authentication;
  expect(findCaller).toBeUndefined();
  expect((await authenticate(new Request(gatewayOrigin), {})).kind).toBe('anonymous');
  expect([acceptsCaller(aCaller()), await notReadyReason()]).toEqual([true, undefined]);
});
