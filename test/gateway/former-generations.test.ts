import { setTimeout as pause } from 'node:timers/promises';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { YogaServer } from 'graphql-yoga';
import { expect, test } from 'vitest';
import type { GatewayOptions } from '../../src/index.ts';
import { tokenQuery } from '../support/answer.ts';
import { events } from '../support/event-stream.ts';
import { type TestGateway, useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();

/** Returns the function that collects garbage. */
function garbageCollection(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** Returns options with a function to which only the generation refers that is made from them. */
function createOptions(made: WeakRef<object>[]): GatewayOptions {
  const audit = () => {};
  made.push(new WeakRef(audit));
  return { ...workingOptions(world.clerk), audit };
}

/** Returns the number of Yoga servers in this process that garbage collection leaves. */
const countServers = () => queryObjects(YogaServer, { format: 'count' });

/** Opens a subscription. @returns its events, which have all arrived when it ends */
async function subscribe(gateway: TestGateway, bearer: string) {
  const body = JSON.stringify({ query: 'subscription { sessionToken(template: "hasura") { jwt } }' });
  const headers = { authorization: `Bearer ${bearer}`, accept: 'text/event-stream' };
  const response = await gateway.post(body, headers);
  return { stream: events(response) };
}

test('a gateway keeps no former generation, except the server that sends an open event stream', async () => {
  const collect = garbageCollection();
  const made: WeakRef<object>[] = [];
  const gateway = world.start();
  await gateway.reload(createOptions(made));
  const bearer = await world.clerk.mintSessionToken('sess_ada');
  const { stream } = await subscribe(gateway, bearer);
  // Other tests of this process may have left some, which may go meanwhile.
  const before = countServers();
  const reloadCount = 20;
  for (let reloads = 0; reloads < reloadCount; reloads += 1) {
    const { codes } = await gateway.ask(tokenQuery, { bearer, variables: { template: 'hasura' } });
    expect(codes).toEqual([]);
    await gateway.reload(createOptions(made));
  }
  const settingsLeft = async () => {
    // References of promises that have just settled end with their turn.
    await pause(10);
    collect();
    return made.filter((one) => one.deref() !== undefined).length;
  };
  await expect.poll(settingsLeft).toBe(1);
  // That of the stream, and one of which a finished request may still hold a part.
  await expect.poll(countServers).toBeLessThanOrEqual(before + 2);
  expect(gateway.stats().subscriptions).toBe(1);
  gateway.drain();
  expect((await stream).at(-1)).toMatchObject({ event: 'complete' });
});
