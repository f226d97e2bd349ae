import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareContract, readContract, testTitles } from './support/contract.ts';
import { filesBelow } from './support/files-below.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the contract', () => {
  test('lists the ids of all test titles, and each listed id has a test', async () => {
    const contract = readContract(await readFile(`${root}test/contract.md`, 'utf8'));
    const files = [...(await filesBelow(root, 'test')), ...(await filesBelow(root, 'examples'))].filter(
      (file) => file.endsWith('.ts'),
    );
    const titles = await Promise.all(
      files.map(async (file) => [file, testTitles(file, await readFile(root + file, 'utf8'))] as const),
    );
    expect(compareContract(contract, new Map(titles))).toEqual([]);
  });
});

describe('testTitles', () => {
  // Joined here, so that the check above does not take the planted ids for titles of this file.
  const planted = (call: string) => testTitles('a.test.ts', call.replaceAll('@', 'A0'));
  const body = 'async () => {}';

  test.each([
    ['a test', `test('@1 works', ${body});`, ['A01 works']],
    ['it', `it("@1 works", ${body});`, ['A01 works']],
    ['a group and its tests', `describe('@1', () => { it('@2', ${body}); });`, ['A01', 'A02']],
    ['a template', `test(\`@1 \${name} works\`, ${body});`, ['A01  works']],
    ['a joined text', `test('@1' + ' works', ${body});`, ['A01 works']],
    ['a modifier', `test.concurrent('@1', ${body});`, ['A01']],
    ['a condition', `test.skipIf(process.env['@2'])('@1', ${body});`, ['A01']],
    ['options before the body', `test('@1', { timeout: 1 }, ${body});`, ['A01']],
    ['a table', `test.each(['@2'])('@1', ${body});`, ['A01']],
    ['a table whose rows are in the title', `test.each([['@2', 'row @3']])('%s', ${body});`, ['%s', 'A02']],
    ['a table as a template', `test.each\`a\n\${1}\`('@1 $a', ${body});`, ['A01 $a']],
  ])('reads %s', (_what, text, titles) => {
    expect(planted(text)).toEqual(titles);
  });

  test.each([
    ['a comment', `// test('@1', ${body});`],
    ['another call', `attest('@1', ${body}); console.log('@1', 2);`],
    ['the body', `const a = '@1'; expect(a).toBe('@1');`],
    ['a pattern', `/@1/.test('@1');`],
  ])('does not read %s', (_what, text) => {
    expect(planted(text)).toEqual([]);
  });
});

describe('compareContract', () => {
  const [one, two] = ['A' + '01', 'X' + '22'];
  const contract = readContract(`- ${one}: A sentence.\n\n## Without a test\n\n- ${two}: Another.\n`);

  test('finds no difference where every listed id has a title', () => {
    expect(compareContract(contract, new Map([['a.test.ts', [`${one} works`]]]))).toEqual([]);
  });

  test('finds a listed id without a title', () => {
    expect(compareContract(contract, new Map([['a.test.ts', ['works']]]))).toEqual([
      `${one} is listed, but no test title contains it`,
    ]);
  });

  test('finds an id in a title that is not listed, also behind another', () => {
    const surplus = `B${'07'}`;
    expect(compareContract(contract, new Map([['a.test.ts', [`${one} ${surplus} works`]]]))).toEqual([
      `${surplus} is not listed, but a test title in a.test.ts contains it`,
    ]);
  });

  test('finds a test of an id that is listed without one', () => {
    expect(compareContract(contract, new Map([['a.test.ts', [one, two]]]))).toEqual([
      `${two} is listed as "Without a test", but a.test.ts has a test of it`,
    ]);
  });
});

describe('readContract', () => {
  test('refuses an id that is listed twice', () => {
    const twice = 'A' + '01';
    expect(() => readContract(`- ${twice}: A sentence.\n- ${twice}: Another.\n`)).toThrow(
      `the contract lists an id twice: ${twice}`,
    );
  });

  test('refuses a text without ids, and lines without a sentence', () => {
    expect(() => readContract('# Contract\n\n- A01:\n')).toThrow('the contract lists no id');
  });
});
