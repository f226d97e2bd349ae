import { createServer } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { listen, stop } from '../../listen.ts';
import { keepRealtimeSignedIn, supabaseClient } from '../supabase.ts';
import { type Refusal, startShortTokens } from './short-tokens.ts';
import { useWorld } from './world.ts';

const world = useWorld();

/** A stand-in for Supabase's Realtime: it accepts every channel, and records the tokens. */
async function startRealtime() {
  const tokens: unknown[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const [joined, ref, topic, event, payload] = JSON.parse(String(data));
      if ('access_token' in payload) tokens.push(payload.access_token);
      if (event === 'access_token') return;
      socket.send(JSON.stringify([joined, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
    });
  });
  const url = await listen(server);
  world.atEnd(() => {
    for (const socket of sockets.clients) socket.terminate();
    return stop(server);
  });
  return { url, tokens };
}

/** Opens a channel of Realtime with tokens that live for four seconds. */
async function start(refusal?: Refusal) {
  const { gateway, source } = await startShortTokens(4, world.atEnd);
  gateway.refuse = () => refusal;
  const reported: unknown[] = [];
  source.subscribe(({ error }) => reported.push(error?.code));
  const { url, tokens } = await startRealtime();
  const client = supabaseClient(url, 'publishable', source);
  world.atEnd(() => client.realtime.disconnect());
  world.atEnd(keepRealtimeSignedIn(client, source));
  client.channel('notes').subscribe();
  return { gateway, source, reported, tokens };
}

describe("Supabase's Realtime", () => {
  test('gets each new token at once, not at its next heartbeat', async () => {
    const { source, tokens } = await start();
    await expect.poll(() => new Set(tokens).size, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    expect(tokens.at(-1)).toBe(await source.getToken());
  });

  test('gets the first token after a 503 of Clerk', async () => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue();
    const { gateway, reported, tokens } = await start({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect.poll(() => reported.length).toBeGreaterThan(0);
    expect(tokens).toEqual([]);
    gateway.refuse = () => undefined;
    await expect.poll(() => tokens.length).toBeGreaterThan(0);
    expect(warned).toHaveBeenCalled();
    warned.mockRestore();
  });

  test('keeps its token during a restart of the gateway, and gets the next one after it', async () => {
    const { gateway, reported, tokens } = await start();
    await expect.poll(() => tokens.length).toBeGreaterThan(0);
    await gateway.goDown();
    await expect.poll(() => reported, { timeout: 20_000 }).toContain('NETWORK_ERROR');
    await gateway.comeBack();
    await expect.poll(() => new Set(tokens).size, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(tokens).not.toContain(null);
  });
});
