import { describe, expect, test } from 'vitest';
import { codeBlocksOf, readCodeBlocks } from './code-blocks.ts';
import { useDocumentsWorld } from './documents-world.ts';
import { runners } from './runners.ts';

const blocks = await readCodeBlocks();

describe('code blocks of the documents', () => {
  const world = useDocumentsWorld();

  test('each is claimed by exactly one runner', () => {
    const claims = blocks.map((block) => ({
      block: `${block.file}:${block.line} ${block.language}`,
      by: runners.filter((runner) => runner.claims(block)).map(({ name }) => name),
    }));
    expect(claims.filter(({ by }) => by.length !== 1)).toEqual([]);
  });

  test('each runner has a block', () => {
    const idle = runners.filter((runner) => !blocks.some((block) => runner.claims(block)));
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  const cases = blocks.flatMap((block) => {
    const runner = runners.find(({ claims }) => claims(block));
    return runner === undefined || block.isGenerated
      ? []
      : [[block.file, block.line, runner.name, { block, runner }] as const];
  });

  test.each(cases)('%s:%i %s', async (_file, _line, _name, { block, runner }) => {
    await runner.run(block, world());
  });
});

test('a block in a list has no indentation', () => {
  const text = '1. First:\n\n   ```ini\n   A=1\n   B=2\n   ```\n';
  expect(codeBlocksOf('page.md', text)).toEqual([
    { file: 'page.md', line: 3, language: 'ini', code: 'A=1\nB=2\n', isGenerated: false },
  ]);
});
