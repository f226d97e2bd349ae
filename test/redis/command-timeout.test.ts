import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { RedisTimeoutError, withCommandTimeout } from '../../src/redis/command-timeout.ts';

test('a reply in time is returned', async () => {
  expect(await withCommandTimeout(Promise.resolve('PONG'))).toBe('PONG');
});

test('an error in time is thrown as it is', async () => {
  const error = new Error('ERR unknown command');
  await expect(withCommandTimeout(Promise.reject(error))).rejects.toBe(error);
});

test('a missing reply is a RedisTimeoutError', async () => {
  await expect(withCommandTimeout(new Promise(() => {}))).rejects.toBeInstanceOf(RedisTimeoutError);
});

test('a reply that arrived while the process was busy is in time', async () => {
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  const reply = new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())));
  socket.write('PONG');
  // The echo is on its way, and the process reads it only after the timer of the timeout.
  await new Promise((resolve) => setTimeout(resolve, 1));
  const bounded = withCommandTimeout(reply);
  const until = performance.now() + 80;
  while (performance.now() < until);
  expect(await bounded).toBe('PONG');
});
