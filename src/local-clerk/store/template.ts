import { creationTime } from '../data/fields.ts';
import type { ParsedData } from '../data/parsed-data.ts';
import { templateId } from '../data/template-schema.ts';
import {
  generateTemplateKey,
  isTemplateAlgorithm,
  readTemplateKey,
  type TemplateKey,
} from '../tokens/template-key.ts';

/** A JWT template. */
export interface Template {
  id: string;
  name: string;
  /** The claims, with their shortcodes. */
  claims: Record<string, unknown>;
  /** Seconds. */
  lifetime: number;
  /** Seconds. */
  allowed_clock_skew: number;
  /** The custom signing key; `null` when the template signs with the key of the instance. */
  key: TemplateKey | null;
  /** Milliseconds since the epoch. */
  created_at: number;
  /** Milliseconds since the epoch. */
  updated_at: number;
}

type TemplateEntry = ParsedData['jwt_templates'][number];

/** The source of a custom signing key when the data have none. */
interface KeySource {
  /** A sentence is added for each generated key. */
  warnings: string[];
  /** The templates to replace, whose keys are reused. */
  previous: Template[];
}

/** Completes a JWT template of the data. @param index - the position in the data, which orders templates without dates */
export function toTemplate(template: TemplateEntry, index: number, source: KeySource): Template {
  const created = template.created_at ?? creationTime(index);
  return {
    id: templateId(template),
    name: template.name,
    claims: template.claims,
    lifetime: template.lifetime,
    allowed_clock_skew: template.allowed_clock_skew,
    key: keyOf(template, source),
    created_at: created,
    updated_at: template.updated_at ?? created,
  };
}

function keyOf(template: TemplateEntry, { warnings, previous }: KeySource): TemplateKey | null {
  const { name, signing_key: key, signing_algorithm: algorithm } = template;
  if (!(template.custom_signing_key ?? key != null) || !isTemplateAlgorithm(algorithm)) return null;
  if (key != null) return readTemplateKey(algorithm, key);
  const known = previous.find((entry) => entry.name === name)?.key;
  if (known?.algorithm === algorithm) return known;
  warnings.push(
    `The data have no signing key for the JWT template "${name}" (${algorithm}): a generated key signs its tokens.`,
  );
  return generateTemplateKey(algorithm);
}
