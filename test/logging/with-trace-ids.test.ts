import { expect, test } from 'vitest';
import { withTraceIds } from '../../src/logging/with-trace-ids.ts';
import type { TraceIds } from '../../src/telemetry/tracing.ts';

const ids = { trace_id: 'a', span_id: 'b' };

function start(active: TraceIds | undefined) {
  const lines: unknown[][] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  const log = withTraceIds({ debug: write, info: write, warn: write, error: write }, () => active);
  return { log, lines };
}

test('a line of each level carries the ids of the active span; fields that it has itself stay', () => {
  const { log, lines } = start(ids);
  log.debug({ a: 1 }, 'x');
  log.info('x');
  log.warn({ span_id: 'c' }, 'x');
  log.error({ a: 1 });
  expect(lines).toEqual([
    [{ ...ids, a: 1 }, 'x'],
    [ids, 'x'],
    [{ trace_id: 'a', span_id: 'c' }, 'x'],
    [{ ...ids, a: 1 }, undefined],
  ]);
});

test('a line stays the same without an active span, and an error stays an error', () => {
  const error = new Error('a bug');
  const without = start(undefined);
  without.log.info({ a: 1 }, 'x');
  without.log.info('x');
  expect(without.lines).toEqual([[{ a: 1 }, 'x'], ['x']]);
  const { log, lines } = start(ids);
  log.error(error, 'x');
  expect(lines).toEqual([[error, 'x']]);
});
