import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { bundle, type Chunk, packageOf, sourceMapOf } from '../../../scripts/build/bundle.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
let chunks: Chunk[];

beforeAll(async () => {
  chunks = await bundle(root, dependencies);
});

const chunkOf = (file: string) => {
  const chunk = chunks.find(({ fileName }) => fileName === file);
  if (chunk === undefined) throw new Error(`expected a file ${file}`);
  return chunk;
};

/** Returns a file and all files that it imports, statically or, with `dynamic`, at run time. */
function filesOf(file: string, dynamic = false): string[] {
  const found = new Set([file]);
  for (const name of found) {
    const { imports, dynamicImports } = chunkOf(name);
    for (const next of [...imports, ...(dynamic ? dynamicImports : [])]) {
      if (chunks.some(({ fileName }) => fileName === next)) found.add(next);
    }
  }
  return [...found];
}

const modulesOf = (files: readonly string[]) => files.flatMap((file) => chunkOf(file).moduleIds);
const outside = (files: readonly string[]) =>
  files
    .flatMap((file) => [...chunkOf(file).imports, ...chunkOf(file).dynamicImports])
    .filter((name) => !chunks.some(({ fileName }) => fileName === name));

describe('the bundle', () => {
  test('imports nothing but dependencies of the package and modules of Node.js', () => {
    const names = outside(chunks.map(({ fileName }) => fileName));
    expect(names.filter((name) => !isBuiltin(name) && !dependencies.includes(packageOf(name)))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['graphql', '@clerk/backend', 'ioredis', 'node:http']));
  });

  test('contains no dependency of the package, such as a second copy of graphql', () => {
    const bundled = chunks
      .flatMap(({ moduleIds }) => moduleIds)
      .flatMap((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
    expect(bundled).toContain('graphql-yoga');
    expect(bundled.filter((name) => dependencies.includes(name))).toEqual([]);
  });

  test('loads Redis, GraphiQL, the local Clerk, undici and pino-pretty only when they are used', () => {
    const late =
      /node_modules\/(?:ioredis|@graphql-yoga\/render-graphiql|undici|hono|pino-pretty)\/|src\/local-clerk\//;
    expect(modulesOf(filesOf('index.js')).filter((id) => late.test(id))).toEqual([]);
    expect(modulesOf(filesOf('cli.js')).filter((id) => late.test(id))).toEqual([]);
    expect(filesOf('index.js').flatMap((file) => chunkOf(file).imports)).not.toContain('ioredis');
    expect(modulesOf(filesOf('cli.js', true)).some((id) => late.test(id))).toBe(true);
  });

  test('imports no module of Node.js in its part for other runtimes, which shares no file with the others', () => {
    const edge = filesOf('edge.js', true);
    expect(outside(edge).filter(isBuiltin)).toEqual([]);
    expect(edge.map((file) => chunkOf(file).code).join('\n')).not.toMatch(/\b(?:import|require)\(/);
    const others = ['index.js', 'cli.js', 'local-clerk/index.js', 'client/index.js', 'react/index.js'];
    const shared = new Set(others.flatMap((file) => filesOf(file, true)));
    expect(edge.filter((file) => shared.has(file))).toEqual([]);
    // Each file is written once.
    expect(new Set(chunks.map(({ fileName }) => fileName)).size).toBe(chunks.length);
  });

  test('has client files that import nothing', () => {
    expect(outside(['client/index.js', 'client/documents.js'])).toEqual([]);
    expect(
      modulesOf(filesOf('client/index.js')).filter((id) => !id.startsWith(`${root}src/client/`)),
    ).toEqual([]);
  });

  test('has a file for React that begins with its directive, and shares the client', () => {
    expect(chunkOf('react/index.js').code).toMatch(/^['"]use client['"];/);
    expect(outside(filesOf('react/index.js'))).toEqual(['react']);
    const isClient = (id: string) => id === `${root}src/client/token-source.ts`;
    expect(chunks.filter(({ moduleIds }) => moduleIds.some(isClient))).toHaveLength(1);
    expect(modulesOf(['react/index.js']).filter(isClient)).toEqual([]);
  });
});

describe('source maps', () => {
  test('contain the sources of the package and no others', () => {
    const maps = chunks.flatMap((chunk) => sourceMapOf(chunk) ?? []).map((map) => JSON.parse(map));
    const sources = maps.flatMap(({ sources }: { sources: string[] }) => sources);
    expect(sources).toContain('../src/create-gateway.ts');
    expect(sources.filter((source) => !/^(?:\.\.\/)+src\//.test(source))).toEqual([]);
    const texts = maps.flatMap(({ sourcesContent }: { sourcesContent: string[] }) => sourcesContent);
    expect(texts.some((text) => text.includes('export function composeGateway'))).toBe(true);
  });

  test('are left out for files of other packages', () => {
    const graphiql = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.includes('render-graphiql')));
    expect(graphiql?.map).not.toBeNull();
    expect(sourceMapOf({ map: graphiql?.map ?? null })).toBeUndefined();
    expect(sourceMapOf({ map: null })).toBeUndefined();
  });
});

test.each([
  ['graphql', 'graphql'],
  ['graphql/language/ast.js', 'graphql'],
  ['@clerk/backend/errors', '@clerk/backend'],
])('the package of %s is %s', (specifier, name) => {
  expect(packageOf(specifier)).toBe(name);
});
