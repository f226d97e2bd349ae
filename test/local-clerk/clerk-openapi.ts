import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

type Json = Record<string, unknown>;

/** Clerk's Backend API as its OpenAPI file describes it. */
export interface ClerkOpenApi {
  /** The schema of an answer's body, or undefined when the file knows no such answer. */
  answerSchema(method: string, path: string, status: number): Json | undefined;
  /** The schema of a named component. */
  component(name: string): Json;
  /** What is wrong with a value, in a sentence each. */
  faults(schema: Json, value: unknown): string[];
}

/** @param file An OpenAPI 3.0 file. */
export function readClerkOpenApi(file: string): ClerkOpenApi {
  const document = toJsonSchema(parse(readFileSync(file, 'utf8'))) as Json;
  // The file's annotations (x-..., example) are no keywords of JSON Schema, which strict mode would object to.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'clerk');

  const resolve = (value: unknown): unknown => {
    const reference = isObject(value) ? value.$ref : undefined;
    if (typeof reference !== 'string') return value;
    return resolve(at(document, reference.replace(/^clerk#\//, '').split('/')));
  };

  return {
    answerSchema: (method, path, status) => {
      const operation = at(document, ['paths', path, method.toLowerCase()]);
      const response = resolve(at(operation, ['responses', String(status)]));
      const schema = at(response, ['content', 'application/json', 'schema']);
      return isObject(schema) ? schema : undefined;
    },
    component: (name) => ({ $ref: `clerk#/components/schemas/${name}` }),
    faults: (schema, value) => {
      const validate = ajv.compile(schema);
      if (validate(value)) return [];
      return (validate.errors ?? []).map(({ instancePath, message, params }) => {
        return `${instancePath || '(whole)'} ${message} ${JSON.stringify(params)}`;
      });
    },
  };
}

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes an alternative, references become absolute, discriminators go. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (!isObject(value)) return value;
  if (typeof value.$ref === 'string') return { $ref: `clerk${value.$ref}` };
  const { nullable, discriminator: _hint, ...rest } = value;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, entry]) => [key, toJsonSchema(entry)]),
  );
  // A field may itself be called nullable or discriminator; the keyword is a boolean.
  if (isObject(nullable)) return { ...converted, nullable: toJsonSchema(nullable) };
  return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
}

function at(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
