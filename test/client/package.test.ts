import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../../scripts/build/build-package.ts';
import type * as client from '../../src/client/index.ts';
import { fakeGateway } from './fake-gateway.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let folder: string;

/** Runs the compiler of this repository in the folder of these tests. */
const tsc = (...args: string[]) =>
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mintgate-client-'));
  await buildPackage(root, join(folder, 'dist'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(root, 'package.json'), join(folder, 'package.json'));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Compiles an application that has installed the package. @returns what the compiler prints: nothing for one without errors */
async function compile(files: Record<string, string>, resolution = 'nodenext'): Promise<string> {
  const place = await mkdtemp(join(folder, 'app-'));
  await mkdir(join(place, 'node_modules'));
  await symlink(folder, join(place, 'node_modules/mintgate'));
  await writeFile(join(place, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) await writeFile(join(place, name), text);
  const module = resolution === 'bundler' ? 'esnext' : resolution;
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [] },
    ...{ target: 'es2022', lib: ['es2022', 'dom'], module, moduleResolution: resolution },
  };
  await writeFile(
    join(place, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: Object.keys(files) }),
  );
  const { stdout } = await tsc('-p', place).catch((error) => error);
  return stdout;
}

/** Bundles and minifies a module and its imports, as a frontend's bundler does. */
async function bundle(input: string, format: 'esm' | 'iife') {
  const build = await rolldown({ input, platform: 'browser', external: ['react'], onLog: () => {} });
  const { output } = await build.generate({ format, minify: true, name: 'client' });
  await build.close();
  expect(output).toHaveLength(1);
  const [{ code, imports }] = output;
  return { code, imports };
}

/** Returns the size of a module and its imports, minified and gzipped, in bytes. */
async function sizeOf(file: string): Promise<number> {
  const { code } = await bundle(join(folder, file), 'esm');
  return gzipSync(code, { level: 9 }).length;
}

describe('mintgate/client, as it is published', () => {
  test('is less than 3.8 kB, minified and gzipped, and imports nothing', async () => {
    const { imports } = await bundle(join(folder, 'dist/client/index.js'), 'esm');
    expect(imports).toEqual([]);
    const size = await sizeOf('dist/client/index.js');
    expect(size).toBeLessThan(3800);
    // An empty bundle would also be small.
    expect(size).toBeGreaterThan(1000);
  });

  test('runs with the globals that browsers, workers and React Native share', async () => {
    const { code } = await bundle(join(folder, 'dist/client/index.js'), 'iife');
    const gateway = fakeGateway();
    gateway.latency = 0;
    const platform = { setTimeout, clearTimeout, performance, AbortController, atob, fetch: gateway.fetch };
    const { createTokenSource, TokenError } = runInNewContext(`${code};client`, platform) as typeof client;
    const source = createTokenSource({
      url: gateway.url,
      template: 'hasura',
      credentials: { getToken: () => 'a.b.c' },
    });
    expect(await source.getToken()).toBe('token-1');
    gateway.answer = () => ({ code: 'FORBIDDEN' });
    await expect(source.getToken({ forceRefresh: true })).rejects.toBeInstanceOf(TokenError);
    source.dispose();
  });

  test('keeps no process alive, even with a held token and a listener', async () => {
    const app = `import { createTokenSource } from ${JSON.stringify(join(folder, 'dist/client/index.js'))};
      const answer = { data: { sessionToken: { jwt: 'a.b.c', expiresIn: 3600 } } };
      const source = createTokenSource({ url: 'http://127.0.0.1', template: 'hasura',
        credentials: { getToken: () => 'x' }, fetch: async () => Response.json(answer) });
      source.subscribe(() => {});
      console.log(await source.getToken());`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', app], { timeout: 20_000 });
    expect(stdout).toBe('a.b.c\n');
  });

  test.each([
    ['a browser', 'es2022,dom'],
    ['a worker', 'es2022,webworker'],
  ])('has types for %s, without those of Node.js', async (_where, lib) => {
    const place = join(folder, lib.replace(',', '-'));
    await mkdir(place);
    await writeFile(
      join(place, 'app.ts'),
      `import { createTokenSource, TokenError, type TokenErrorCode } from '../dist/client/index.js';
       import { SessionTokenDocument } from '../dist/client/documents.js';
       const source = createTokenSource({ url: '/graphql', template: 'hasura', credentials: { getToken: () => null }, fetch });
       const token: string | null = await source.getToken({ forceRefresh: true, signal: AbortSignal.timeout(5) });
       const end: () => void = source.subscribe(({ token, error }) => [token, error?.code satisfies TokenErrorCode | undefined]);
       const late: number | undefined = new TokenError('RATE_LIMITED', '').retryAfter;
       const text: string = SessionTokenDocument.toString();
       // @ts-expect-error credentials are required
       createTokenSource({ url: '/graphql', template: 'hasura' });
       export { token, end, late, text };`,
    );
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--module', 'nodenext'];
    await writeFile(join(place, 'package.json'), '{ "type": "module" }');
    const { stdout } = await tsc(...strict, '--types', '', '--lib', lib, join(place, 'app.ts')).catch(
      (error) => error,
    );
    expect(stdout).toBe('');
  });

  describe('with the types of an application', () => {
    const use = `
      import { useToken } from 'mintgate/react';
      import { type ClaimsOf, createTokenSource, type TemplateName, type TokenSource } from 'mintgate/client';
      import { tokenDocument, type TokenQuery, type TypedDocumentString } from 'mintgate/client/documents';
      type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      const is = <_True extends true>() => {};
      const credentials = { getToken: () => null };
    `;
    const register = `
      export interface HasuraClaims { sub: string; role: 'owner' | 'member' }
      export interface Templates { hasura: HasuraClaims; 'reports-2': { sub: string; plan: null } }
      declare module 'mintgate/client' { interface Register { templates: Templates } }
    `;

    test.each(['nodenext', 'bundler'])(
      'knows the names and claims of templates, by module augmentation (%s)',
      async (resolution) => {
        const app = `${use}
          import type { HasuraClaims, Templates } from './mintgate-types.js';
          is<Equal<TemplateName, 'hasura' | 'reports-2'>>();
          is<Equal<ClaimsOf<'hasura'>, HasuraClaims>>();
          const source = createTokenSource({ url: '/graphql', template: 'hasura', credentials });
          is<Equal<typeof source, TokenSource<'hasura'>>>();
          const claims = await source.getClaims();
          is<Equal<typeof claims, HasuraClaims | null>>();
          const sources: TokenSource[] = [source];
          const any = await sources[0]!.getClaims();
          is<Equal<typeof any, Templates[keyof Templates] | null>>();
          const either = createTokenSource({ url: '/', template: 'hasura' as TemplateName, credentials });
          is<Equal<typeof either, TokenSource>>();
          const document = tokenDocument('reports-2');
          type Data = typeof document extends TypedDocumentString<infer Data, infer _> ? Data : never;
          is<Equal<Data, TokenQuery<'reports-2'>>>();
          is<Equal<NonNullable<Data['sessionToken']>['claims']['plan'], null>>();
          is<Equal<NonNullable<Data['sessionToken']>['expiresIn'], number>>();
          // @ts-expect-error the template is not registered
          createTokenSource({ url: '/graphql', template: 'other', credentials });
          // @ts-expect-error a text may be any name
          createTokenSource({ url: '/graphql', template: 'hasura' as string, credentials });
          // @ts-expect-error the template is not registered
          tokenDocument('other');
          // @ts-expect-error the template is not registered
          useToken('other');
          const state = useToken('reports-2');
          is<Equal<typeof state.claims, Templates['reports-2'] | null>>();
          // @ts-expect-error the claim does not exist
          claims?.plan;
          // @ts-expect-error the source has the claims of another template
          const wrong: TokenSource<'reports-2'> = source;`;
        expect(await compile({ 'app.ts': app, 'mintgate-types.ts': register }, resolution)).toBe('');
      },
    );

    test('accepts any name, with any claims, without them', async () => {
      const app = `${use}
        is<Equal<TemplateName, string>>();
        const source = createTokenSource({ url: '/graphql', template: 'anything', credentials });
        const sources: TokenSource[] = [source];
        const claims = await source.getClaims();
        is<Equal<typeof claims, Record<string, unknown> | null>>();
        const document = tokenDocument('anything');
        type Data = typeof document extends TypedDocumentString<infer Data, infer _> ? Data : never;
        is<Equal<NonNullable<Data['sessionToken']>['claims'], Record<string, unknown>>>();
        const state = useToken('anything');
        is<Equal<typeof state.claims, Record<string, unknown> | null>>();
        export { sources };`;
      expect(await compile({ 'app.ts': app })).toBe('');
    });
  });

  test('is where package.json declares it', async () => {
    const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    for (const name of ['./client', './client/documents', './react']) {
      for (const file of [exports[name].types, exports[name].default]) {
        expect(await readFile(join(folder, file), 'utf8')).not.toBe('');
      }
    }
  });
});

describe('mintgate/react, as it is published', () => {
  test('adds less than 1.5 kB to the client, minified and gzipped, and imports React', async () => {
    const { imports } = await bundle(join(folder, 'dist/react/index.js'), 'esm');
    expect(imports).toEqual(['react']);
    const added = (await sizeOf('dist/react/index.js')) - (await sizeOf('dist/client/index.js'));
    expect(added).toBeLessThan(1500);
    expect(added).toBeGreaterThan(500);
  });

  test("begins with 'use client'", async () => {
    expect(await readFile(join(folder, 'dist/react/index.js'), 'utf8')).toMatch(/^['"]use client['"];/);
  });

  test('runs in Node.js, and renders on a server', async () => {
    const app = `import { createElement } from 'react';
      import { renderToString } from 'react-dom/server';
      import { TokenProvider, useToken } from ${JSON.stringify(join(folder, 'dist/react/index.js'))};
      const Shown = () => String(useToken('hasura').isLoading);
      const props = { url: '/graphql', credentials: { getToken: () => null } };
      console.log(renderToString(createElement(TokenProvider, props, createElement(Shown))));`;
    await writeFile(join(folder, 'app.mjs'), app);
    const { stdout } = await run(process.execPath, [join(folder, 'app.mjs')], { timeout: 20_000 });
    expect(stdout).toBe('true\n');
  });
});
