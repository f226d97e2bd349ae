import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

interface Bundled {
  code: string;
  /** The bundled files. */
  files: string[];
  /** Every module of Node.js that a bundled file imports, with the importing file. */
  builtins: string[];
}

/** Bundles an entry for workerd. */
async function bundled(entry: string): Promise<Bundled> {
  const builtins = new Set<string>();
  const bundle = await rolldown({
    input: file(entry),
    platform: 'browser',
    // The conditions of wrangler.
    resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import', 'default'] },
    onLog: () => {},
    plugins: [
      {
        name: 'builtins',
        resolveId(id, importer = '') {
          if (!isBuiltin(id)) return null;
          builtins.add(`${id} in ${importer.split('/').slice(-3).join('/')}`);
          return { id, external: true };
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const chunks = output.filter((part) => part.type === 'chunk');
  return {
    code: chunks.map(({ code }) => code).join('\n'),
    files: chunks.flatMap(({ moduleIds }) => moduleIds),
    builtins: [...builtins].toSorted(),
  };
}

/** Libraries that are too large for a Worker, or need Node.js. */
const heavy = /node_modules\/(?:@graphql-yoga\/render-graphiql|ioredis|pino)\//;
/** Libraries for subgraphs. The schema is built without them. */
const federation = /node_modules\/@(?:apollo|pothos\/plugin-[^/]+)\//;

describe('mintgate/edge, bundled with its dependencies', () => {
  test('imports no module of Node.js, statically or dynamically', async () => {
    const { code, builtins } = await bundled('src/edge.ts');
    expect(builtins).toEqual([]);
    expect(code).toContain('createGateway');
    expect(code).not.toMatch(/\b(?:import|require)\(["']node:/);
  });

  test('leaves out GraphiQL, Redis, pino and libraries for subgraphs', async () => {
    const { files } = await bundled('src/edge.ts');
    expect(files.filter((path) => heavy.test(path) || federation.test(path))).toEqual([]);
  });

  test('has one copy of graphql: with two, instanceof GraphQLError fails', async () => {
    const { files } = await bundled('src/edge.ts');
    const copies = files.map((path) => /node_modules\/graphql\/.*\.(m?js)$/.exec(path)?.[1]).filter(Boolean);
    expect([...new Set(copies)]).toEqual(['mjs']);
  });
});

test('the entry for Node.js imports its modules and those libraries, but no libraries for subgraphs', async () => {
  const { files, builtins } = await bundled('src/index.ts');
  expect(files.some((path) => heavy.test(path))).toBe(true);
  expect(files.filter((path) => federation.test(path))).toEqual([]);
  expect(builtins).toEqual(expect.arrayContaining([expect.stringMatching(/^node:crypto in /)]));
});
