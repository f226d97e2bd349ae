import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { isRecord } from '../../src/json/is-record.ts';

type Json = Record<string, unknown>;

/** Clerk's Backend API as its OpenAPI file describes it. */
export interface ClerkOpenApi {
  /** Returns the schema of the body of an answer, or `undefined` when the file does not list the answer. */
  answerSchema(method: string, path: string, status: number): Json | undefined;
  /** Returns the schema of a named component. */
  component(name: string): Json;
  /** Lists the problems of a value, each in a sentence. */
  problems(schema: Json, value: unknown): string[];
}

/** Reads Clerk's OpenAPI file. @param file - the path of an OpenAPI 3.0 file */
export function readClerkOpenApi(file: string): ClerkOpenApi {
  const document = toJsonSchema(parse(readFileSync(file, 'utf8'))) as Json;
  // Strict mode refuses the annotations of the file (x-..., example), which are not keywords of JSON Schema.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'clerk');

  const resolve = (value: unknown): unknown => {
    const reference = isRecord(value) ? value.$ref : undefined;
    if (typeof reference !== 'string') return value;
    return resolve(at(document, reference.replace(/^clerk#\//, '').split('/')));
  };

  return {
    answerSchema: (method, path, status) => {
      const operation = at(document, ['paths', path, method.toLowerCase()]);
      const response = resolve(at(operation, ['responses', String(status)]));
      const schema = at(response, ['content', 'application/json', 'schema']);
      return isRecord(schema) ? schema : undefined;
    },
    component: (name) => ({ $ref: `clerk#/components/schemas/${name}` }),
    problems: (schema, value) => {
      const validate = ajv.compile(schema);
      if (validate(value)) return [];
      return (validate.errors ?? []).map(({ instancePath, message, params }) => {
        return `${instancePath || '(whole)'} ${message} ${JSON.stringify(params)}`;
      });
    },
  };
}

/** Converts OpenAPI 3.0 to JSON Schema: `nullable` becomes an alternative, references become absolute, discriminators are removed. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (!isRecord(value)) return value;
  if (typeof value.$ref === 'string') return { $ref: `clerk${value.$ref}` };
  const { nullable, discriminator: _hint, ...rest } = value;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, entry]) => [key, toJsonSchema(entry)]),
  );
  // A field can have the name nullable, too; the keyword is a boolean.
  if (isRecord(nullable)) return { ...converted, nullable: toJsonSchema(nullable) };
  return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
}

function at(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}
