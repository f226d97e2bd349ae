import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  currentDotEnv,
  currentHostFiles,
  dotEnvExample,
  hostFilesModule,
} from '../../../scripts/documents/host-files.ts';
import { hostFilesOf, importedPackages, manualSteps } from '../../../src/cli/init/host-files.ts';
import { mountNames } from '../../../src/cli/init/mount-names.ts';

const example = (path: string) => readFile(new URL(`../../../examples/${path}`, import.meta.url), 'utf8');

test('the generated files are as npm run codegen writes them from the examples', async () => {
  expect(await readFile(hostFilesModule, 'utf8')).toBe(await currentHostFiles());
  expect(await readFile(dotEnvExample, 'utf8')).toBe(currentDotEnv);
});

test.each(mountNames)('the files of %s import mintgate, and an excerpt is a part of its file', (mount) => {
  const files = hostFilesOf(mount);
  expect(files.some(({ text }) => importedPackages(text).includes('mintgate'))).toBe(true);
  for (const { text, excerpt = text } of files) {
    expect(text).toContain(excerpt);
    expect(text).not.toMatch(/mintgate: (?:begin|end)/);
  }
});

describe('the packages that a file imports', () => {
  test.each([
    ["import a from 'express';", ['express']],
    ["import { b } from '@clerk/nextjs/server';\nimport c from 'hono/html';", ['@clerk/nextjs', 'hono']],
    ["import d from 'hono';\nimport { e } from 'hono/html';", ['hono']],
    ["import f from 'node:fs';\nimport g from './local.ts';\nimport h from '../other.ts';", []],
  ])('of %j are %j', (text, packages) => {
    expect(importedPackages(text)).toEqual(packages);
  });
});

test.each([
  [manualSteps.next[0], 'next/next.config.ts', "serverExternalPackages: ['mintgate', 'graphql']"],
  [manualSteps.next[1], 'next/proxy.ts', 'clerkMiddleware'],
  [manualSteps['react-router'][0], 'react-router/app/routes.ts', "route('graphql', 'routes/graphql.ts')"],
  [
    manualSteps['react-router'][1],
    'react-router/app/root.tsx',
    'export const middleware = [clerkMiddleware()]',
  ],
])('the manual step %j is what the example does', async (step, file, code) => {
  expect(step).toContain(code);
  expect(await example(file)).toContain(code);
});
