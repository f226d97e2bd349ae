import { isPlainObject } from '../../json/is-plain-object.ts';
import { parseJson } from './output-file.ts';
import { printableText } from './printable-text.ts';
import { defaultsInterface } from './template-types.ts';

/** Why a file is out of date when no template has changed. */
export const otherDifference = 'it differs from what this version of Mintgate writes';

/**
 * Compares two generated TypeScript files by their templates.
 *
 * @returns what has changed, such as `template hasura has changed`; empty where only other parts differ
 */
export function staleTemplates(present: string, expected: string): string[] {
  return changesBetween(declaredTypes(present), declaredTypes(expected));
}

/** Compares two generated JSON Schemas by their templates, as `staleTemplates` does. */
export function staleDefinitions(present: string, expected: string): string[] {
  return changesBetween(definitionsOf(present), definitionsOf(expected));
}

type TextsByName = ReadonlyMap<string, string>;

function changesBetween(old: TextsByName, current: TextsByName): string[] {
  const names = [...new Set([...old.keys(), ...current.keys()])];
  return names.flatMap((name) => {
    const change = changeOf(old.get(name), current.get(name));
    return change === undefined
      ? []
      : [`${name === defaultsInterface ? name : `template ${printableText(name)}`} ${change}`];
  });
}

function changeOf(old: string | undefined, current: string | undefined): string | undefined {
  if (old === current) return undefined;
  if (old === undefined) return 'is missing';
  return current === undefined ? 'is gone' : 'has changed';
}

/** Returns the text of each template's interface by the name of the template, and that of the default claims. */
function declaredTypes(text: string): TextsByName {
  const interfaces = new Map(
    [...text.matchAll(/^export interface (\w+)([^{]*\{(?:\}|\n[\s\S]*?^\}))$/gm)].map(
      ([, name = '', body = '']) => [name, body] as const,
    ),
  );
  const entries = [...(interfaces.get('Templates') ?? '').matchAll(/^ {2}'?([\w-]+)'?: (\w+);$/gm)];
  const templates = entries.map(
    ([, name = '', interfaceName = '']) => [name, interfaces.get(interfaceName) ?? ''] as const,
  );
  const defaults = interfaces.get(defaultsInterface);
  return new Map([...(defaults === undefined ? [] : [[defaultsInterface, defaults] as const]), ...templates]);
}

/** Returns the text of each template's schema by the name of the template. */
function definitionsOf(text: string): TextsByName {
  const schema = parseJson(text);
  const definitions = isPlainObject(schema) && isPlainObject(schema.$defs) ? schema.$defs : {};
  return new Map(Object.entries(definitions).map(([name, inner]) => [name, JSON.stringify(inner)]));
}
