import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { markdownFiles, readAnchors, readLinks } from './links.ts';

const root = new URL('../../', import.meta.url);
const files = await markdownFiles();

/** A command that would take whatever has the name at npm. */
const bareName = /\b(?:npm (?:i|install|add)|npx)(?: -(?!-no )\S+)* mintgate\b/;

/** A path of a source file from the root of the repository. */
const filePath = /(?<![\w./-])(?:src|test|scripts)\/[\w./-]*\.[a-z]+\b/g;

describe('links of the documents', () => {
  test.each(files)('%s has only links to existing files and headings', async (file) => {
    for (const { target, anchor } of await readLinks(file)) {
      const exists = await access(new URL(target, root)).then(
        () => true,
        () => false,
      );
      expect({ file, target, exists }).toEqual({ file, target, exists: true });
      if (anchor !== '') expect(await readAnchors(target), `${file}: ${target}`).toContain(anchor);
    }
  });

  test.each(files)('%s names only files of this repository that exist', async (file) => {
    const text = await readFile(new URL(file, root), 'utf8');
    const paths = [...text.matchAll(filePath)].map(([path]) => path);
    const missing = [...new Set(paths)].filter((path) => !existsSync(new URL(path, root)));
    expect(missing).toEqual([]);
  });

  test.each(files)(
    '%s never installs or runs the package by its bare name, which anybody can register',
    async (file) => {
      expect(await readFile(new URL(file, root), 'utf8')).not.toMatch(bareName);
    },
  );

  test.each(['npm i mintgate', 'npm install -D mintgate', 'npx mintgate init', 'npx -y mintgate'])(
    '%s is found as a bare name',
    (command) => expect(command).toMatch(bareName),
  );

  test.each(['npm i ./mintgate-*.tgz', 'npx --no -- mintgate init'])('%s is no bare name', (command) =>
    expect(command).not.toMatch(bareName),
  );

  test('a path in a document is found in prose, in code and in a drawing', () => {
    const text =
      'See src/index.ts. `test/a/b.test.ts`: ["x<br>src/http/use-x.ts"] https://example.com/src/other.ts';
    expect([...text.matchAll(filePath)].map(([path]) => path)).toEqual([
      'src/index.ts',
      'test/a/b.test.ts',
      'src/http/use-x.ts',
    ]);
  });

  test('are read: the README has more than 30, and a picture', async () => {
    const links = await readLinks('README.md');
    expect(links.length).toBeGreaterThan(30);
    expect(links.filter(({ isImage }) => isImage)).toHaveLength(1);
  });
});

describe('the documents in the package', () => {
  const packed = packedFiles();

  test.each(packed.filter((file) => file.endsWith('.md')))(
    '%s has only links to files in the package',
    async (file) => {
      const missing = (await readLinks(file)).filter(({ target }) => !packed.includes(target));
      expect(missing.map(({ target }) => target)).toEqual([]);
    },
  );

  test('are the README, the change log, the threat model and every page of docs/', () => {
    const pages = files.filter((file) => /^(?:README|CHANGELOG|SECURITY|docs\/.*)\.md$/.test(file));
    expect(packed).toEqual(expect.arrayContaining(pages));
  });
});

/** Returns the paths of the files that `npm pack` packs, without building them. */
function packedFiles(): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  });
  const [pack] = JSON.parse(output) as [{ files: { path: string }[] }];
  return pack.files.map(({ path }) => path);
}
