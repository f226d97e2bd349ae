import { z } from 'zod';
import { findReservedClaim } from '../tokens/reserved-claims.ts';
import { isTemplateAlgorithm, readTemplateKey, TEMPLATE_ALGORITHMS } from '../tokens/template-key.ts';
import { id, jsonObject, moment } from './fields.ts';

/** Clerk says nothing of the form of a template's name: whatever can be one part of a path. */
export const templateName = z
  .string()
  .regex(/^[^/\p{Cc}]{1,256}$/u, 'expected 1 to 256 characters without / and control characters');

/** The id of a template, made of its name unless given. */
export function templateId({ id, name }: { id?: string | undefined; name: string }): string {
  return id ?? `jtmp_${name}`;
}

/** Seconds. */
export const lifetime = z.int().min(30).max(315_360_000);

/** Seconds. */
export const clockSkew = z.int().min(0).max(300);

/** A JWT template: a name is enough. A custom key that is announced but absent is made when the instance starts. */
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
    created_at: moment.optional(),
    updated_at: moment.optional(),
  })
  .superRefine((template, context) => {
    const reserved = findReservedClaim(template.claims);
    if (reserved !== undefined) {
      context.addIssue({ code: 'custom', path: ['claims', reserved], message: 'expected no reserved claim' });
    }
    if (!(template.custom_signing_key ?? template.signing_key != null)) return;
    const algorithm = template.signing_algorithm;
    if (!isTemplateAlgorithm(algorithm)) {
      const message = `expected one of ${TEMPLATE_ALGORITHMS.join(', ')}`;
      context.addIssue({ code: 'custom', path: ['signing_algorithm'], message });
      return;
    }
    if (template.signing_key == null) return;
    try {
      readTemplateKey(algorithm, template.signing_key);
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['signing_key'], message: (error as Error).message });
    }
  });
