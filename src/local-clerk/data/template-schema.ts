import { z } from 'zod';
import { findReservedClaim } from '../tokens/reserved-claims.ts';
import { isTemplateAlgorithm, readTemplateKey, TEMPLATE_ALGORITHMS } from '../tokens/template-key.ts';
import { id, jsonObject, moment } from './fields.ts';

/** What a template's name may be, so that it stands in a path as it is. */
export const templateName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'expected 1 to 64 letters, digits, _ or -, beginning with a letter or digit',
  );

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
