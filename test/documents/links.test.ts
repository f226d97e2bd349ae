import { execFileSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { markdownFiles, readAnchors, readLinks } from './links.ts';

const root = new URL('../../', import.meta.url);
const files = await markdownFiles();

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
