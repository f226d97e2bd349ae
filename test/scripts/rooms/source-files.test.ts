import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSource, sourceFiles } from '../../../scripts/rooms/source-files.ts';
import { plant } from './plant.ts';

describe('sourceFiles', () => {
  test('lists TypeScript files of every kind, in subfolders too, and nothing else', async () => {
    const folder = await plant({
      'b.ts': '',
      'room/deep/a.tsx': '',
      'c.mts': '',
      'd.cts': '',
      'e.js': '',
      'f.json': '{}',
      'g.ts.txt': '',
    });
    expect(await sourceFiles(folder)).toEqual(['b.ts', 'c.mts', 'd.cts', 'room/deep/a.tsx']);
  });

  test('refuses a folder without TypeScript files, and one that is missing', async () => {
    const folder = await plant({ 'a.js': '' });
    await expect(sourceFiles(folder)).rejects.toThrow('contains no TypeScript file');
    await expect(sourceFiles(join(folder, 'missing'))).rejects.toThrow('ENOENT');
  });
});

describe('parseSource', () => {
  test('parses JSX in .tsx, and type assertions in angle brackets in .ts', () => {
    expect(parseSource('a.tsx', 'const a = <p>text</p>;').body).toHaveLength(1);
    expect(parseSource('a.ts', 'const a = <string>b;').body).toHaveLength(1);
  });

  test('throws when a text cannot be parsed', () => {
    expect(() => parseSource('a.ts', 'const =')).toThrow();
  });
});
