import { defaultsInterface } from './template-types.ts';

/**
 * Compares two generated TypeScript files by their templates.
 *
 * @returns what has changed, such as `template hasura has changed`; empty where only other parts differ
 */
export function staleTemplates(present: string, expected: string): string[] {
  const [old, current] = [declaredTypes(present), declaredTypes(expected)];
  const names = [...new Set([...old.keys(), ...current.keys()])];
  return names.flatMap((name) => {
    const change = changeOf(old.get(name), current.get(name));
    return change === undefined
      ? []
      : [`${name === defaultsInterface ? name : `template ${name}`} ${change}`];
  });
}

function changeOf(old: string | undefined, current: string | undefined): string | undefined {
  if (old === current) return undefined;
  if (old === undefined) return 'is missing';
  return current === undefined ? 'is gone' : 'has changed';
}

/** Returns the text of each template's interface by the name of the template, and that of the default claims. */
function declaredTypes(text: string): ReadonlyMap<string, string> {
  const interfaces = new Map(
    [...text.matchAll(/^export interface (\w+)[^{]*(\{(?:\}|\n[\s\S]*?^\}))$/gm)].map(
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
