import type { ClaimType, ObjectType } from './claim-type.ts';
import { generatedBy } from './output-file.ts';
import { defaultClaimsType, type TemplateType } from './template-types.ts';

/** A JSON Schema; `true` accepts every value. */
export type JsonSchema = true | { readonly [keyword: string]: unknown };

/**
 * Returns the JSON Schema of the claims of templates. Each template has a definition of its name, `#/$defs/hasura`; the document itself
 * accepts the claims of any of them.
 */
export function writeJsonSchema(types: readonly TemplateType[]): string {
  const definitions = types.map((type) => [type.name, templateSchema(type)] as const);
  const references = types.map(({ name }) => ({ $ref: `#/$defs/${name}` }));
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: generatedBy,
    ...(references.length > 0 ? { anyOf: references } : { not: {} }),
    $defs: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Returns the schema of a template's claims. Further claims are accepted, because Clerk may add some to every token. */
export function templateSchema({ name, defaults, claims }: TemplateType): JsonSchema {
  const properties = new Map([
    ...claims.properties,
    ...(defaults === 'with' ? defaultClaimsType.properties : []),
  ]);
  return {
    title: `The claims of a token of the template ${name}`,
    ...objectSchema({ kind: 'object', properties, others: 'any' }),
  };
}

/** Returns a type as JSON Schema. Values in metadata are not checked: JSON Schema does not know what the application declares. */
export function schemaOf(type: ClaimType): JsonSchema {
  switch (type.kind) {
    case 'unknown':
      return true;
    case 'literal':
      return { const: type.value };
    case 'list':
      return { type: 'array', items: schemaOf(type.items) };
    case 'tuple':
      return tupleSchema(type.items);
    case 'object':
      return objectSchema(type);
    case 'metadata':
      return type.keys.length === 0 ? { type: 'object' } : true;
    case 'union':
      return unionSchema(type.members);
    default:
      return { type: type.kind };
  }
}

function unionSchema(members: readonly ClaimType[]): JsonSchema {
  const schemas = members.map(schemaOf);
  return schemas.includes(true) ? true : { anyOf: schemas };
}

function tupleSchema(items: readonly ClaimType[]): JsonSchema {
  if (items.length === 0) return { type: 'array', maxItems: 0 };
  return { type: 'array', prefixItems: items.map(schemaOf), items: false, minItems: items.length };
}

function objectSchema({ properties, others }: ObjectType): { readonly [keyword: string]: unknown } {
  const all = [...properties];
  const schemas = all.map(([name, { type, description }]) => {
    const schema = schemaOf(type);
    return [
      name,
      description === undefined || schema === true ? schema : { description, ...schema },
    ] as const;
  });
  const odd = schemas.filter(([name]) => name === proto).map(([, schema]) => [`^${proto}$`, schema]);
  return {
    type: 'object',
    properties: Object.fromEntries(schemas.filter(([name]) => name !== proto)),
    ...(odd.length > 0 ? { patternProperties: Object.fromEntries(odd) } : {}),
    required: all.filter(([, { presence }]) => presence !== 'sometimes').map(([name]) => name),
    ...(others === 'none' ? { additionalProperties: false } : {}),
  };
}

// Validators such as Ajv leave this name out of `properties`, so that no schema changes a prototype.
const proto = '__proto__';
