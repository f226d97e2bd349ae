import { readdir, readFile, writeFile } from 'node:fs/promises';
import { secretFilesText, settingsTable } from '../../src/cli/help.ts';
import { telemetryPackages } from '../../src/cli/telemetry/packages.ts';
import { errorCodes } from '../../src/errors.ts';
import { auditFields } from '../../src/mint/audit.ts';
import { redisKeys } from '../../src/redis/keys.ts';
import { allAdvice } from '../../src/redis/reply-error.ts';
import { floorsTable } from '../rooms/floors-table.ts';
import { withExamples } from './examples.ts';
import { currentFigures, currentSummary } from './figures.ts';
import { hostsTable } from './hosts-table.ts';
import { markdownTable } from './markdown-table.ts';
import { policiesTable } from './policies-table.ts';
import { channelsTable, instrumentsTable } from './telemetry-tables.ts';
import { exampleInterface, exampleTemplate, shortcodesTable } from './template-types.ts';

const root = new URL('../../', import.meta.url);

/** The generated parts of documents, by the name in their marks `<!-- NAME -->` and `<!-- /NAME -->`. */
const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  settings: settingsTable,
  'secret-files': () => secretFilesText(),
  'telemetry-packages': () => `\`\`\`sh\nnpm install ${telemetryPackages.join(' ')}\n\`\`\``,
  errors: () => twoColumns('code', 'when', errorCodes),
  audit: () => twoColumns('field', 'what it is', auditFields),
  policies: policiesTable,
  'redis-keys': redisKeysTable,
  'redis-errors': () => twoColumns('why', 'meaning and remedy', Object.fromEntries(allAdvice())),
  'local-clerk': localClerkExample,
  figures: currentFigures,
  summary: currentSummary,
  floors: floorsTable,
  hosts: hostsTable,
  instruments: instrumentsTable,
  channels: channelsTable,
  shortcodes: shortcodesTable,
  'types-template': exampleTemplate,
  'types-interface': exampleInterface,
};

/** Returns the paths of all documents with generated parts: the README and the pages of `docs/`. */
export async function documentPaths(): Promise<string[]> {
  const files = await readdir(new URL('docs', root), { recursive: true });
  const pages = files.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`);
  return ['README.md', ...pages.sort()];
}

/** Returns the current text of a document. @throws Error when a mark is unknown, or has no end */
export async function currentDocument(path: string): Promise<string> {
  let text = await readFile(new URL(path, root), 'utf8');
  for (const [, name = ''] of text.matchAll(/^<!-- ([a-z-]+) -->$/gm)) {
    const part = parts[name];
    if (part === undefined)
      throw new Error(`${path}: unknown mark <!-- ${name} -->: use ${Object.keys(parts).join(', ')}`);
    text = replacePart(path, text, name, await part());
  }
  return withExamples(text);
}

function replacePart(path: string, text: string, name: string, part: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (to < from) throw new Error(`${path}: expected ${end} after ${start}`);
  return `${text.slice(0, from + start.length)}\n${part}\n${text.slice(to)}`;
}

function twoColumns(name: string, meaning: string, texts: Readonly<Record<string, string>>): string {
  const rows = Object.entries(texts).map(([key, text]) => [`\`${key}\``, text]);
  return markdownTable([name, meaning], rows);
}

function redisKeysTable(): string {
  const rows = redisKeys.map(({ form, type, life, holds }) => [`\`${form}\``, type, life, holds]);
  return markdownTable(['key or channel', 'type', 'life', 'holds'], rows);
}

// The example is a test of this repository, with the import of an installed package.
async function localClerkExample(): Promise<string> {
  const test = await readFile(new URL('test/local-clerk/example.test.ts', root), 'utf8');
  const code = test
    .replace('../../src/local-clerk/index.ts', 'mintgate/local-clerk')
    .replace(/^\/\/ The example of docs\/.*\n/m, '');
  return `\`\`\`ts\n${code.trim()}\n\`\`\``;
}

if (import.meta.main) {
  for (const path of await documentPaths()) await writeFile(new URL(path, root), await currentDocument(path));
}
