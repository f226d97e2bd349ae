import { readFile, writeFile } from 'node:fs/promises';
import { settingsTable } from '../../src/cli/help.ts';
import { errorCodes } from '../../src/errors.ts';
import { auditFields } from '../../src/mint/audit.ts';

/** The README, where this file finds it. */
export const readmeFile = new URL('../../README.md', import.meta.url);

/** The README with every generated part as it should be. */
export async function currentReadme(): Promise<string> {
  const text = await readFile(readmeFile, 'utf8');
  const parts = {
    settings: settingsTable(),
    errors: errorsTable(),
    audit: auditTable(),
    'local-clerk': await localClerkExample(),
  };
  const current = Object.entries(parts).reduce(
    (readme, [name, part]) => replacePart(readme, name, part),
    text,
  );
  return withExamples(current);
}

/** A document with each of its examples as its file has it: `<!-- example: examples/NAME/FILE -->` ... `<!-- /example -->`. */
export async function withExamples(text: string): Promise<string> {
  const places = [...text.matchAll(/^( *)<!-- example: (\S+) -->\n[\s\S]*?<!-- \/example -->/gm)];
  let current = text;
  for (const [place, indent = '', file = ''] of places) {
    const language = file.slice(file.lastIndexOf('.') + 1);
    const lines = [`<!-- example: ${file} -->`, `\`\`\`${language}`, await fileOf(file), '```'];
    const part = [...lines.join('\n').split('\n'), '<!-- /example -->'].map((line) => line && indent + line);
    current = current.replace(place, () => part.join('\n'));
  }
  return current;
}

const fileOf = async (name: string) =>
  (await readFile(new URL(`../../${name}`, import.meta.url), 'utf8')).trim();

function replacePart(readme: string, name: string, part: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no part ${start} ... ${end}`);
  return `${readme.slice(0, from + start.length)}\n${part}\n${readme.slice(to)}`;
}

function errorsTable(): string {
  const rows = Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return ['| code | when |', '|---|---|', ...rows].join('\n');
}

function auditTable(): string {
  const rows = Object.entries(auditFields).map(([field, meaning]) => `| \`${field}\` | ${meaning} |`);
  return ['| field | what it is |', '|---|---|', ...rows].join('\n');
}

// The example is a test of this repository; only the import differs for somebody who has installed the package.
async function localClerkExample(): Promise<string> {
  const test = await readFile(new URL('../local-clerk/example.test.ts', import.meta.url), 'utf8');
  const code = test
    .replace('../../src/local-clerk/index.ts', 'mintgate/local-clerk')
    .replace(/^\/\/ The README's example.*\n/m, '')
    .replace('the example of the README holds', 'Kim is billed, whatever Clerk does');
  return `\`\`\`ts\n${code.trim()}\n\`\`\``;
}

if (import.meta.main) await writeFile(readmeFile, await currentReadme());
