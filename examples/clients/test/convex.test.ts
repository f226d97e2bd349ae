import type { AddressInfo } from 'node:net';
import { ConvexClient } from 'convex/browser';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { convexToken } from '../convex.ts';
import { useWorld } from './world.ts';

const world = useWorld();

/** What a Convex deployment says and hears, as far as tokens go. */
async function deployment() {
  const tokens: string[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  world.atEnd(() => {
    for (const client of server.clients) client.terminate();
    return new Promise((resolve) => server.close(resolve));
  });
  const version = (identity: number) => ({ querySet: 0, identity, ts: 'AAAAAAAAAAA=' });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type !== 'Authenticate') return;
      if (message.value) tokens.push(message.value);
      const { baseVersion } = message;
      const [startVersion, endVersion] = [version(baseVersion), version(baseVersion + 1)];
      socket.send(JSON.stringify({ type: 'Transition', startVersion, endVersion, modifications: [] }));
    });
  });
  return { tokens, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('Convex authenticates with the token, and wants a fresh one once that is accepted', async () => {
  const { source } = await world.start();
  const { tokens, url } = await deployment();
  const asked: boolean[] = [];
  const fetchToken = convexToken(source);
  const client = new ConvexClient(url, { unsavedChangesWarning: false });
  world.atEnd(() => client.close());
  client.setAuth((options) => {
    asked.push(options.forceRefreshToken);
    return fetchToken(options);
  });
  await expect.poll(() => tokens).toHaveLength(2);
  expect(asked).toEqual([false, true]);
  expect(new Set(tokens).size).toBe(2);
  expect(tokens[1]).toBe(await source.getToken());
  expect(world.mints()).toBe(2);
});

test('Convex takes a failure for a sign-out', async () => {
  const { source } = await world.start();
  world.clerk.controls.answerAlways({ status: 503 });
  expect(await convexToken(source)({ forceRefreshToken: false })).toBeNull();
});
