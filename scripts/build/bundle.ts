import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type InputOptions, type OutputChunk, rolldown } from 'rolldown';

/** A file of the bundle: its code, its source map, and the modules that it contains. */
export type Chunk = OutputChunk;

/** Entry files that may share chunks. */
interface Part {
  /** The source of each file, by its name without extension. */
  input: Record<string, string>;
  platform: NonNullable<InputOptions['platform']>;
  /** The folder of shared files. */
  chunks: string;
  /** The conditions by which packages choose their files. @default those of the platform */
  conditionNames?: string[];
}

/**
 * The parts of the package. No chunk belongs to two parts: a frontend must not load code of the gateway, and for runtimes without Node.js
 * dependencies export other files.
 */
const parts: readonly Part[] = [
  {
    input: {
      index: 'src/index.ts',
      cli: 'src/cli.ts',
      'local-clerk/index': 'src/local-clerk/index.ts',
      // For the examples.
      'cli/end-with-npm': 'src/cli/end-with-npm.ts',
    },
    platform: 'node',
    chunks: 'chunks',
  },
  {
    input: { edge: 'src/edge.ts' },
    platform: 'browser',
    chunks: 'chunks/edge',
    // The conditions of wrangler.
    conditionNames: ['workerd', 'worker', 'browser', 'import', 'default'],
  },
  {
    // One part, so that an application has one copy of the client.
    input: {
      'client/index': 'src/client/index.ts',
      'client/documents': 'src/client/documents.ts',
      'react/index': 'src/react/index.ts',
    },
    platform: 'neutral',
    chunks: 'chunks/client',
  },
  { input: { opentelemetry: 'src/opentelemetry.ts' }, platform: 'neutral', chunks: 'chunks/opentelemetry' },
  {
    input: { 'hive-gateway': 'src/hive-gateway.ts' },
    platform: 'neutral',
    chunks: 'chunks/hive-gateway',
  },
];

/**
 * Bundles the package, in memory. Its dependencies stay outside, so that an application has one copy of each.
 *
 * @param root - the folder with `src` and `node_modules`
 * @param dependencies - the names of the packages that stay outside
 * @throws Error for an import that cannot be resolved, and for one of a module of Node.js in a part for other runtimes
 */
export async function bundle(root: string, dependencies: readonly string[]): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (const part of parts) chunks.push(...(await bundlePart(part, root, dependencies)));
  return chunks;
}

async function bundlePart(
  { input, platform, chunks, conditionNames }: Part,
  root: string,
  dependencies: readonly string[],
): Promise<Chunk[]> {
  const build = await rolldown({
    cwd: root,
    ...{ input, platform },
    resolve: conditionNames ? { conditionNames } : {},
    external: (id) => dependencies.includes(packageOf(id)) || (platform === 'node' && isBuiltin(id)),
    onLog(level, { message, code }) {
      // The entry keeps its 'use client': see the test.
      if (code === 'MODULE_LEVEL_DIRECTIVE') return;
      // For rolldown, an import that it cannot resolve is no error.
      if (level === 'warn') throw new Error(`the bundle would be incomplete: ${message}`);
    },
  });
  const { output } = await build.generate({
    format: 'esm',
    sourcemap: true,
    // The paths in the source maps are relative to this folder.
    dir: join(root, 'dist'),
    // Apart from our own code, so that its files and source maps stay small. Packages that the same files load share one.
    codeSplitting: { groups: [{ name: 'packages', test: /\/node_modules\//, entriesAware: true }] },
    chunkFileNames: ({ name }) => `${chunks}/${name.replaceAll(/[~/]/g, '-')}.js`,
    comments: { legal: true, annotation: true, jsdoc: false },
  });
  await build.close();
  return output.filter((file) => file.type === 'chunk');
}

/** Returns the name of the package in an import such as `@clerk/backend/errors`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Returns the source map of a file as JSON; `undefined` for a file of other packages, whose map would be larger than its code. */
export function sourceMapOf({ map }: Pick<Chunk, 'map'>): string | undefined {
  return map?.sources.some((source) => /^(?:\.\.\/)+src\//.test(source)) ? map.toString() : undefined;
}
