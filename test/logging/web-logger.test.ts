import { describe, expect, test, vi } from 'vitest';
import { createLogger as createNodeLogger } from '../../src/logging/node-logger.ts';
import { createLogger } from '../../src/logging/web-logger.ts';

describe('the logger without pino', () => {
  const lines = (create: typeof createLogger | typeof createNodeLogger, events: unknown[][]) => {
    const written: string[] = [];
    const log = create({ level: 'debug', destination: { write: (line: string) => void written.push(line) } });
    for (const event of events) (log.warn as (...event: unknown[]) => void)(...event);
    return written;
  };
  const parsed = (written: string[]) => written.map((line) => ({ ...JSON.parse(line), time: 0 }));

  test('X06 writes the lines that pino writes, with the same fields redacted', () => {
    const secret = ['sk', 'test', 'a'.repeat(20)].join('_');
    const events = [
      ['alone'],
      [{ mints: 2, operation: undefined, outcome: null, list: [{ token: 'kept' }] }, 'graphql'],
      ...['authorization', 'cookie', 'jwt', 'token', 'secretKey', 'claims'].map((field) => [
        { [field]: { email: 'opaque' }, inner: { [field]: 'opaque', deep: { [field]: 'kept' } } },
        'x',
      ]),
      [{ [secret]: secret, at: [secret] }, `message ${secret}`],
      [{}],
    ];
    const web = lines(createLogger, events);
    expect(parsed(web)).toEqual(parsed(lines(createNodeLogger, events)));
    expect(web.join('')).not.toMatch(/opaque|sk_/);
    expect(web.every((line) => /^[^\n]+\n$/.test(line))).toBe(true);
  });

  test('X06 redacts errors, and writes the message where the fields are not JSON', () => {
    const secret = ['sk', 'test', 'a'.repeat(20)].join('_');
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const error = new Error(`with ${secret}`);
    const [asField, alone, round, big] = lines(createLogger, [
      [{ err: error }, 'failed'],
      [error],
      [circle, 'round'],
      [{ size: 1n }, 'big'],
    ]).map((line) => JSON.parse(line));
    expect(asField).toMatchObject({ err: { type: 'Error', message: 'with [redacted]' }, msg: 'failed' });
    expect(alone).toMatchObject({ err: { type: 'Error' }, msg: 'with [redacted]' });
    expect([round.msg, big.msg]).toEqual(['round', 'big']);
  });

  test('writes nothing below its level', () => {
    const written: string[] = [];
    const log = createLogger({
      level: 'warn',
      destination: { write: (line) => void written.push(line) },
    });
    log.info('hidden');
    log.error('shown');
    expect(written.map((line) => JSON.parse(line).msg)).toEqual(['shown']);
  });

  test('writes to the console, by the method of the level, unless there is a destination', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    createLogger().warn({ mints: 2 }, 'text');
    expect(warn.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([
      { level: 40, mints: 2, msg: 'text' },
    ]);
    warn.mockRestore();
  });
});
