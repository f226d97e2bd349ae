import { readFile } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

const guide = await readFile(new URL('../../docs/from-get-token.md', import.meta.url), 'utf8');

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
