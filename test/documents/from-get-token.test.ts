import { readFile } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { currentGuide, figuresTable, guideFile } from '../../scripts/documents/from-get-token.ts';

const guide = await readFile(guideFile, 'utf8');
const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

test('contains the mounts of the examples and the figures of the benchmark (npm run codegen writes them)', async () => {
  expect(guide).toBe(await currentGuide());
});

test('a figure that the benchmark does not have is an error', () => {
  expect(() => figuresTable('### (a) hot\n\n| server | p50 ms |\n|---|---|\n| Mintgate | 1 |\n')).toThrow(
    /no CPU us/,
  );
});

test('contains a query that is valid against the schema', async () => {
  const sdl = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
  const [, query = ''] = /query: '([^']+)'/.exec(guide) ?? [];
  const schema = buildSchema(sdl, { assumeValidSDL: true });
  expect(validate(schema, parse(query))).toEqual([]);
});

test('has a before and an after for each of the five cases', () => {
  const places = guide.split(/^## /m).filter((section) => /^Before(?:| \(.*\)):$/m.test(section));
  expect(places.map((section) => section.split('\n')[0])).toEqual([
    'Next.js, App Router',
    'Next.js, Pages',
    'Express, where a session is required',
    'Express, where a session is optional',
    'Remix',
  ]);
  for (const section of places) expect(section).toMatch(/^After[\s\S]*createGateway\(/m);
});

test('has only links to existing sections of the README', () => {
  const anchors = [...guide.matchAll(/\.\.\/README\.md#([\w-]+)/g)].map(([, anchor]) => anchor);
  expect(anchors.length).toBeGreaterThan(5);
  const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const anchor of anchors) expect(headings).toContain(anchor);
});
