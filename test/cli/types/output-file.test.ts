import { lstat, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  generatedBy,
  isReplaceable,
  type OutputKind,
  parseJson,
  readOutputFile,
  writeOutputFile,
} from '../../../src/cli/types/output-file.ts';
import { newFolder } from '../../support/command.ts';

describe('a generated file', () => {
  test('is written whole, over an earlier one, and leaves nothing else', async () => {
    const folder = await newFolder({ 'a.ts': 'earlier' });
    await writeOutputFile(join(folder, 'a.ts'), 'text');
    expect(await readFile(join(folder, 'a.ts'), 'utf8')).toBe('text');
    expect(await readdir(folder)).toEqual(['a.ts']);
  });

  test('is read with the line ends that it was written with', async () => {
    const folder = await newFolder({ 'a.ts': 'one\r\ntwo\r\n' });
    expect(readOutputFile(join(folder, 'a.ts'))).toBe('one\ntwo\n');
  });

  test.each<[OutputKind, string[]]>([
    ['typescript', [`// ${generatedBy}\nexport {};\n`, `\ufeff// ${generatedBy}\n`]],
    ['json-schema', [JSON.stringify({ $comment: generatedBy }), `\ufeff{"$comment":"${generatedBy}"}`]],
  ])('may be replaced when it is empty or generated: %s', (kind, texts) => {
    for (const text of ['', '\n', ...texts]) expect([text, isReplaceable(text, kind)]).toEqual([text, true]);
  });

  test.each<[OutputKind, string[]]>([
    [
      'typescript',
      [
        'export const a = 1;\n',
        `// mintgate.types.ts is ${generatedBy}\n`,
        `import a from 'a';\n// ${generatedBy}\n`,
        `export const text = '// ${generatedBy}';\n`,
        JSON.stringify({ $comment: generatedBy }),
      ],
    ],
    [
      'json-schema',
      [
        `{ "$comment": "${generatedBy}"`,
        JSON.stringify([{ $comment: generatedBy }]),
        JSON.stringify({ inner: { $comment: generatedBy } }),
        JSON.stringify({ $comment: `Not ${generatedBy}` }),
        JSON.stringify({ $comment: [generatedBy] }),
        `// ${generatedBy}\n`,
      ],
    ],
  ])('may not be replaced when it only mentions the command: %s', (kind, texts) => {
    for (const text of texts) expect([text, isReplaceable(text, kind)]).toEqual([text, false]);
  });

  test.each([
    ['a file', { 'real/a.ts': 'earlier' }],
    ['a file that does not exist yet', { 'real/b.ts': '' }],
  ])('is written through a symbolic link to %s', async (_what, files: Record<string, string>) => {
    const folder = await newFolder(files);
    await symlink('real/a.ts', join(folder, 'link.ts'));
    await writeOutputFile(join(folder, 'link.ts'), 'text');
    expect((await lstat(join(folder, 'link.ts'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'real/a.ts'), 'utf8')).toBe('text');
    expect(await readdir(join(folder, 'real'))).toEqual([
      ...new Set(['a.ts', ...Object.keys(files).map((file) => file.slice(5))]),
    ]);
  });

  test('behind a symbolic link into a folder that does not exist is an error that names this folder', async () => {
    const folder = await newFolder({});
    await symlink('gone/a.ts', join(folder, 'link.ts'));
    await expect(writeOutputFile(join(folder, 'link.ts'), '')).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/link\.ts: there is no folder \S+gone: create it, or correct the path$/),
      ],
    });
    expect(await readdir(folder)).toEqual(['link.ts']);
  });

  test('may not exist', async () => {
    expect(readOutputFile(join(await newFolder({}), 'a.ts'))).toBeUndefined();
  });

  test('in a folder that does not exist is an error that names the folder', async () => {
    const folder = await newFolder({});
    await expect(writeOutputFile(join(folder, 'src/a.ts'), '')).rejects.toMatchObject({
      problems: [
        `${join(folder, 'src/a.ts')}: there is no folder ${join(folder, 'src')}: create it, or correct the path`,
      ],
    });
  });

  test('with the name of a folder cannot be written or read, and leaves nothing', async () => {
    const folder = await newFolder({});
    const path = join(folder, 'a.ts');
    await mkdir(path);
    await expect(writeOutputFile(path, '')).rejects.toMatchObject({
      problems: [expect.stringMatching(/a\.ts: cannot be written \(E\w+\): /)],
    });
    expect(() => readOutputFile(path)).toThrow(/a\.ts: cannot be read \(EISDIR\): /);
    expect(await readdir(folder)).toEqual(['a.ts']);
  });

  test('below a file cannot be written', async () => {
    const folder = await newFolder({ a: 'a file' });
    await expect(writeOutputFile(join(folder, 'a/b.ts'), '')).rejects.toMatchObject({
      problems: [expect.stringMatching(/b\.ts: cannot be written \(ENOTDIR\): expected the path of a file$/)],
    });
  });
});

test('the text of a JSON file is parsed, with a byte order mark or without', () => {
  expect(['{"a":1}', '\ufeff{"a":1}', '{'].map((text) => parseJson(text))).toEqual([
    { a: 1 },
    { a: 1 },
    undefined,
  ]);
});
