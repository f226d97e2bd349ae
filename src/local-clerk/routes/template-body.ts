import { z } from 'zod';
import { jsonObject } from '../data/fields.ts';
import { clockSkew, lifetime, templateName } from '../data/template-schema.ts';
import { parameterInvalid, reservedClaim } from '../errors/error-catalog.ts';
import { findTemplateByName } from '../store/lookups.ts';
import type { Store } from '../store/store.ts';
import type { Template } from '../store/template.ts';
import { findReservedClaim } from '../tokens/reserved-claims.ts';
import {
  isTemplateAlgorithm,
  readTemplateKey,
  type TemplateKey,
  templateAlgorithms,
} from '../tokens/template-key.ts';

/** The body of a request that creates or updates a JWT template. */
export const templateBody = z.object({
  name: templateName,
  claims: jsonObject,
  lifetime: lifetime.nullish(),
  allowed_clock_skew: clockSkew.nullish(),
  custom_signing_key: z.boolean().optional(),
  signing_algorithm: z.string().nullish(),
  signing_key: z.string().nullish(),
});

/** A parsed body of such a request. */
export type TemplateBody = z.output<typeof templateBody>;

/** Refuses a reserved claim. @throws ApiError 400 */
export function refuseReservedClaim({ claims }: TemplateBody): void {
  const reserved = findReservedClaim(claims);
  if (reserved !== undefined) throw reservedClaim(reserved);
}

/** Refuses the name of another template. @param ownId - the template to update; `null` for a new one. @throws ApiError 422 */
export function refuseTakenName(store: Store, name: string, ownId: string | null): void {
  const holder = findTemplateByName(store, name);
  if (holder === undefined || holder.id === ownId) return;
  const message = `A JWT template named ${name} already exists.`;
  throw parameterInvalid('form_param_value_invalid', 'name', message);
}

/** Returns the key of a template after an update; `null` for the key of the instance. @throws ApiError 422 */
export function updatedKey(template: Template, body: TemplateBody): TemplateKey | null {
  const custom = body.custom_signing_key ?? template.key !== null;
  if (!custom) return null;
  const changed = body.signing_key != null || body.signing_algorithm != null;
  return changed || template.key === null ? readSigningKey(body) : template.key;
}

/** Reads the custom signing key of a body. @throws ApiError 422 for a key or an algorithm that is missing or invalid */
export function readSigningKey(body: TemplateBody): TemplateKey {
  const { signing_algorithm: algorithm, signing_key: key } = body;
  for (const [name, value] of Object.entries({ signing_algorithm: algorithm, signing_key: key })) {
    if (value != null) continue;
    const message = `\`${name}\` is required when \`custom_signing_key\` is \`true\`.`;
    throw parameterInvalid('form_conditional_param_missing', name, message);
  }
  if (!isTemplateAlgorithm(algorithm)) {
    const message = `signing_algorithm must be one of ${templateAlgorithms.join(', ')}.`;
    throw parameterInvalid('form_param_value_invalid', 'signing_algorithm', message);
  }
  try {
    return readTemplateKey(algorithm, key ?? '');
  } catch (error) {
    const message = `signing_key is invalid: ${(error as Error).message}.`;
    throw parameterInvalid('form_param_value_invalid', 'signing_key', message);
  }
}
