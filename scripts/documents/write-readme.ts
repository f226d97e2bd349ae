import { readFile, writeFile } from 'node:fs/promises';
import { settingsTable } from '../../src/cli/help.ts';
import { errorCodes } from '../../src/errors.ts';
import { auditFields } from '../../src/mint/audit.ts';
import { withExamples } from '../../test/documents/examples.ts';

/** The file README.md of this repository. */
export const readmeFile = new URL('../../README.md', import.meta.url);

/** Returns the text of the README with current generated parts. */
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

// The example is a test of this repository, with the import of an installed package.
async function localClerkExample(): Promise<string> {
  const test = await readFile(new URL('../../test/local-clerk/example.test.ts', import.meta.url), 'utf8');
  const code = test
    .replace('../../src/local-clerk/index.ts', 'mintgate/local-clerk')
    .replace(/^\/\/ The README's example.*\n/m, '');
  return `\`\`\`ts\n${code.trim()}\n\`\`\``;
}

if (import.meta.main) await writeFile(readmeFile, await currentReadme());
