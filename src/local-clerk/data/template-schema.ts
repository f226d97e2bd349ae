import { z } from 'zod';
import { findReservedClaim } from '../tokens/reserved-claims.ts';
import { isTemplateAlgorithm, readTemplateKey, templateAlgorithms } from '../tokens/template-key.ts';
import { id, jsonObject, timestamp } from './fields.ts';

/** The name of a template: any text that can be one segment of a path, because Clerk documents no other restriction. */
export const templateName = z
  .string()
  .regex(/^[^/\p{Cc}]{1,256}$/u, 'expected 1 to 256 characters without / and control characters');

/** Returns the id of a template. Without an id, it is derived from the name. */
export function templateId({ id, name }: { id?: string | undefined; name: string }): string {
  return id ?? `jtmp_${name}`;
}

/** The lifetime of a token, in seconds. */
export const lifetime = z.int().min(30).max(315_360_000);

/** The allowed clock skew, in seconds: `nbf` is `iat` minus the skew. */
export const clockSkew = z.int().min(0).max(300);

interface KeyFields {
  custom_signing_key?: boolean | undefined;
  signing_algorithm: string;
  signing_key?: string | null | undefined;
}

/** A JWT template; only the name is required. A missing custom key is generated when the data are loaded. */
export const templateSchema = z
  .object({
    id: id.optional(),
    name: templateName,
    claims: jsonObject.default(() => ({})),
    lifetime: lifetime.default(60),
    allowed_clock_skew: clockSkew.default(5),
    custom_signing_key: z.boolean().optional(),
    signing_algorithm: z.string().default('RS256'),
    signing_key: z.string().nullable().optional(),
    created_at: timestamp.optional(),
    updated_at: timestamp.optional(),
  })
  .superRefine(refuseReservedClaim)
  .superRefine(refuseUnusableKey);

function refuseReservedClaim({ claims }: { claims: object }, context: z.RefinementCtx): void {
  const reserved = findReservedClaim(claims);
  if (reserved === undefined) return;
  context.addIssue({ code: 'custom', path: ['claims', reserved], message: 'expected no reserved claim' });
}

function refuseUnusableKey(template: KeyFields, context: z.RefinementCtx): void {
  const { signing_algorithm: algorithm, signing_key: key } = template;
  if (!(template.custom_signing_key ?? key != null)) return;
  if (!isTemplateAlgorithm(algorithm)) {
    const message = `expected one of ${templateAlgorithms.join(', ')}`;
    context.addIssue({ code: 'custom', path: ['signing_algorithm'], message });
    return;
  }
  if (key == null) return;
  try {
    readTemplateKey(algorithm, key);
  } catch (error) {
    context.addIssue({ code: 'custom', path: ['signing_key'], message: (error as Error).message });
  }
}
