import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withoutRepositoryParts } from '../../scripts/documents/examples.ts';
import { figuresTable } from '../../scripts/documents/figures.ts';
import { readPolicyFields } from '../../scripts/documents/policies-table.ts';
import { currentDocument, documentPaths } from '../../scripts/documents/write-documents.ts';
import { policyDefaults } from '../../src/config/policy-schema.ts';

const root = new URL('../../', import.meta.url);

test.each(await documentPaths())('%s is up to date (npm run codegen writes it)', async (path) => {
  expect(await readFile(new URL(path, root), 'utf8')).toBe(await currentDocument(path));
});

test('README.md has at most 12 kB', async () => {
  expect((await stat(new URL('README.md', root))).size).toBeLessThanOrEqual(12_000);
});

test('docs/README.md names every page', async () => {
  const index = await readFile(new URL('docs/README.md', root), 'utf8');
  const pages = (await documentPaths()).filter((path) => /^docs\/(?!README)[\w-]+\.md$/.test(path));
  for (const page of pages) expect(index).toContain(`(${page.slice('docs/'.length)})`);
});

test('docs/mounts/README.md names the page of every host', async () => {
  const index = await readFile(new URL('docs/mounts/README.md', root), 'utf8');
  for (const page of await readdir(new URL('docs/mounts', root)))
    if (page !== 'README.md') expect(index).toContain(`(${page})`);
});

test('the documents name the oldest supported Node.js', async () => {
  const text = await readFile(new URL('package.json', root), 'utf8');
  const oldest = (JSON.parse(text) as { engines: { node: string } }).engines.node.replace('>=', '');
  for (const file of ['README.md', 'docs/compatibility.md', 'docs/mounts/README.md'])
    expect(await readFile(new URL(file, root), 'utf8')).toContain(`Node.js ${oldest} or later`);
});

test('docs/client.md names every recipe', async () => {
  const page = await readFile(new URL('docs/client.md', root), 'utf8');
  const files = (await readdir(new URL('examples/clients', root))).filter(
    (file) => file.endsWith('.ts') && file !== 'vitest.config.ts',
  );
  expect(files.length).toBeGreaterThan(8);
  for (const file of files) expect(page).toContain(`(../examples/clients/${file})`);
});

test('the defaults in the doc comments of a policy are those of its schema', async () => {
  const fields = (await readPolicyFields()).filter(({ name }) => name in policyDefaults);
  expect(Object.fromEntries(fields.map(({ name, defaultText }) => [name, defaultText]))).toEqual(
    Object.fromEntries(Object.entries(policyDefaults).map(([name, value]) => [name, String(value)])),
  );
});

test('a figure that the benchmark does not have is an error', () => {
  const benchmark = '### (a) hot\n\n| server | p50 ms |\n|---|---|\n| Mintgate | 1 |\n';
  expect(() => figuresTable(benchmark, [['time', 'a', 'CPU us', ' us']])).toThrow(/no CPU us/);
});

test('lines that only this repository needs are left out of examples', () => {
  const text = 'a\n  // repository: begin\n  b\n  // repository: end\nc\n';
  expect(withoutRepositoryParts(text, 'x.ts')).toBe('a\nc\n');
  expect(() => withoutRepositoryParts('// repository: begin\nb\n', 'x.ts')).toThrow(
    /^x\.ts: expected a line/,
  );
});
