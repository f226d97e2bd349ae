import type { ParsedData } from './data/data-schema.ts';
import { creationTime } from './data/fields.ts';
import { templateId } from './data/template-schema.ts';
import {
  generateTemplateKey,
  isTemplateAlgorithm,
  readTemplateKey,
  type TemplateKey,
} from './tokens/template-key.ts';

/** A JWT template as an instance holds it. */
export interface Template {
  id: string;
  name: string;
  claims: Record<string, unknown>;
  /** Seconds. */
  lifetime: number;
  /** Seconds. */
  allowed_clock_skew: number;
  /** Null when the template signs with the instance's key. */
  key: TemplateKey | null;
  created_at: number;
  updated_at: number;
}

type TemplateData = ParsedData['jwt_templates'][number];

interface KeySource {
  /** Told when a key is made up. */
  warnings: string[];
  /** The templates that are being replaced. */
  previous: Template[];
}

/** @param index The template's place in the data, which orders those without dates. */
export function toTemplate(template: TemplateData, index: number, source: KeySource): Template {
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

function keyOf(template: TemplateData, { warnings, previous }: KeySource): TemplateKey | null {
  const { name, signing_key: key, signing_algorithm: algorithm } = template;
  if (!(template.custom_signing_key ?? key != null) || !isTemplateAlgorithm(algorithm)) return null;
  if (key != null) return readTemplateKey(algorithm, key);
  const known = previous.find((entry) => entry.name === name)?.key;
  if (known?.algorithm === algorithm) return known;
  warnings.push(
    `The JWT template "${name}" signs with its own ${algorithm} key, which the data does not hold: made a new one.`,
  );
  return generateTemplateKey(algorithm);
}
