import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import * as sdk from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { createSampler } from '../../../src/cli/telemetry/sampler.ts';
import type { samplers } from '../../../src/config/telemetry-variables.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Returns which requests are traced: without a parent, with one that is sampled, with one that is not. */
function decisions(name: (typeof samplers)[number], ratio = 1): string {
  const sampler = createSampler(sdk, name, ratio);
  const parent = (traceFlags: TraceFlags) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '00f067aa0ba902b7', traceFlags, isRemote: true });
  return [ROOT_CONTEXT, parent(TraceFlags.SAMPLED), parent(TraceFlags.NONE)]
    .map((context) => sampler.shouldSample(context, traceId, 'GET', SpanKind.SERVER, {}, []).decision)
    .map((decision) => (decision === sdk.SamplingDecision.RECORD_AND_SAMPLED ? 'yes' : 'no'))
    .join(' ');
}

test.each([
  ['always_on', 1, 'yes yes yes'],
  ['always_off', 1, 'no no no'],
  ['traceidratio', 1, 'yes yes yes'],
  ['traceidratio', 0, 'no no no'],
  ['parentbased_always_on', 1, 'yes yes no'],
  ['parentbased_always_off', 1, 'no yes no'],
  ['parentbased_traceidratio', 0, 'no yes no'],
  ['parentbased_traceidratio', 1, 'yes yes no'],
] as const)(
  '%s with the ratio %d traces: alone, sampled parent, other parent: %s',
  (name, ratio, expected) => {
    expect(decisions(name, ratio)).toBe(expected);
  },
);
