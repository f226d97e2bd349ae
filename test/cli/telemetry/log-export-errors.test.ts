import { expect, test, vi } from 'vitest';
import { logExportErrors } from '../../../src/cli/telemetry/log-export-errors.ts';

const logger = () => ({ debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() });

test.each<[string, unknown, string]>([
  [
    'a code',
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
    'ECONNREFUSED',
  ],
  ['a status', Object.assign(new Error('Unauthorized'), { code: 401, data: 'MARKER' }), '401'],
  ['a name', new TypeError('MARKER'), 'TypeError'],
  [
    'the error that the reader of metrics wraps',
    new Error('failed (error OTLPExporterError: MARKER)'),
    'OTLPExporterError',
  ],
  ['a text of the SDK', { message: 'metrics export timed out after 200ms' }, 'timed out'],
  ['nothing', undefined, 'unknown'],
])('an error with %s is logged without its text', (_what, error, why) => {
  const log = logger();
  logExportErrors(log)(error);
  expect(log.warn.mock.calls).toEqual([[{ why }, 'metrics or traces could not be exported']]);
});

test('a collector that stays away is logged once a minute', () => {
  const log = logger();
  const handle = logExportErrors(log);
  for (let at = 0; at < 5; at += 1) handle(new Error('again'));
  expect(log.warn).toHaveBeenCalledTimes(1);
});
