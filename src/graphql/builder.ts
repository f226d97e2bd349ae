import SchemaBuilder from '@pothos/core';
import type { GatewayContext } from './context.ts';

/** The Pothos builder of all graph types. `toSubgraph` adds the types and fields of Federation to the finished graph. */
export const builder = new SchemaBuilder<{
  Context: GatewayContext;
  DefaultFieldNullability: false;
  Scalars: {
    JWT: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSONObject: { Input: Record<string, unknown>; Output: Readonly<Record<string, unknown>> };
  };
}>({
  defaultFieldNullability: false,
});
