import { readFile } from 'node:fs/promises';
import { markdownTable } from './markdown-table.ts';

const policyFile = new URL('../../src/mint/policy.ts', import.meta.url);

/** A field of a template's policy, as its doc comment describes it. */
export interface PolicyField {
  name: string;
  description: string;
  defaultText: string;
}

/** Returns the fields of `TemplatePolicy`, from the doc comments that an editor shows. @throws Error when a field has no default */
export async function readPolicyFields(): Promise<PolicyField[]> {
  const source = await readFile(policyFile, 'utf8');
  const body = /export interface TemplatePolicy \{\n([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
  return [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(\w+)\?:/g)].map(([, comment = '', name = '']) => {
    const text = comment.replace(/\s*\n\s*\* ?/g, ' ').trim();
    const [description = '', defaultText] = text.split(/\s*@default\s+/);
    if (defaultText === undefined)
      throw new Error(`src/mint/policy.ts: the doc comment of ${name} has no @default`);
    return { name, description, defaultText };
  });
}

/** Returns the fields of a policy as a table. */
export async function policiesTable(): Promise<string> {
  const rows = (await readPolicyFields()).map(({ name, description, defaultText }) => [
    `\`${name}\``,
    description,
    formatDefault(defaultText),
  ]);
  return markdownTable(['field', 'what it does', 'default'], rows);
}

function formatDefault(text: string): string {
  return text
    .replace(/^undefined \((.*)\)$/, '$1')
    .replace(/^(\d+|true|false)$/, '`$1`')
    .replace(/'(\w+)'/g, '`$1`');
}
