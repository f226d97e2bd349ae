import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { type LogStyle, logDestination } from '../../src/cli/log-destination.ts';
import { createLogger } from '../../src/logging/node-logger.ts';

/** Logs one line in a style. Returns what was written to the stream. */
async function logLine(style: LogStyle): Promise<string> {
  let text = '';
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    text += chunk;
    done();
  };
  const stream = Object.assign(new Writable({ write }), { isTTY: false }) as unknown as NodeJS.WriteStream;
  createLogger({ destination: await logDestination(style, stream) }).info({ mints: 1 }, 'token minted');
  await expect.poll(() => text).not.toBe('');
  return text;
}

test('the style json writes one JSON object per line', async () => {
  const line = await logLine('json');
  expect(JSON.parse(line)).toMatchObject({ level: 30, msg: 'token minted', mints: 1 });
  expect(line.endsWith('\n')).toBe(true);
});

test('the style pretty writes the time, the level, the message and the fields in one line', async () => {
  expect(await logLine('pretty')).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: token minted \{"mints":1\}\n$/);
});
