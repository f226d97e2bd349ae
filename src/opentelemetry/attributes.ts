import type { Attributes } from '@opentelemetry/api';

/** Returns attributes without those that have no value. */
export function attributesOf(values: Readonly<Record<string, string | number | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
