import type * as Sdk from '@opentelemetry/sdk-trace';
import type { samplers } from '../../config/telemetry-variables.ts';

/** The name of a sampler. */
type SamplerName = (typeof samplers)[number];

/**
 * Creates the sampler that decides which requests are traced.
 *
 * @param ratio - the share of traces for the samplers by `traceidratio`, from 0 to 1
 */
export function createSampler(sdk: typeof Sdk, name: SamplerName, ratio: number): Sdk.Sampler {
  const root = rootSampler(sdk, name, ratio);
  return name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root;
}

function rootSampler(sdk: typeof Sdk, name: SamplerName, ratio: number): Sdk.Sampler {
  switch (name) {
    case 'always_on':
    case 'parentbased_always_on':
      return new sdk.AlwaysOnSampler();
    case 'always_off':
    case 'parentbased_always_off':
      return new sdk.AlwaysOffSampler();
    case 'traceidratio':
    case 'parentbased_traceidratio':
      return new sdk.TraceIdRatioBasedSampler(ratio);
  }
}
