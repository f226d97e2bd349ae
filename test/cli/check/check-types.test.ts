import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, runCommand } from '../../support/command.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

function settings(more: Record<string, string> = {}) {
  const { clerk } = world;
  return {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: 'any',
    MINTGATE_TEMPLATES: 'hasura,short',
    ...more,
  };
}

/** Runs `mintgate check`. Returns its exit code, and its lines about generated types. */
async function check(folder: string, more?: Record<string, string>) {
  const { code, stdout } = await runCommand(['check'], { folder, env: settings(more) });
  return { code, lines: stdout.split('\n').filter((line) => line.includes('types.ts')) };
}

test('G05 mintgate check tells whether the generated types are those of the templates', async () => {
  const folder = await newFolder({});
  await runCommand(['types', '--no-register'], { folder, env: settings() });
  expect(await check(folder)).toEqual({
    code: 0,
    lines: ['ok   mintgate.types.ts: has the types of the templates'],
  });
  world.clerk.replaceData({
    jwt_templates: [{ name: 'hasura', claims: { id: '{{user.id}}' } }, { name: 'short' }, { name: 'new' }],
  });
  const warning =
    'warn mintgate.types.ts: is out of date: template hasura has changed, template short has changed';
  expect(await check(folder)).toEqual({ code: 0, lines: [`${warning}: run mintgate types`] });
  const more = { MINTGATE_TEMPLATES: 'hasura,new' };
  expect((await check(folder, more)).lines[0]).toMatch(
    /template short is gone, template new is missing: run /,
  );
});

test('mintgate check says nothing about types without a file, unless the configuration names it', async () => {
  const folder = await newFolder({});
  expect((await check(folder)).lines).toEqual([]);
  const named = { MINTGATE_TYPES_FILE: 'web.types.ts' };
  expect((await check(folder, named)).lines).toEqual([
    'warn web.types.ts: there is no such file: run mintgate types',
  ]);
  await writeFile(join(folder, 'web.types.ts'), 'export {};\n');
  expect((await check(folder, named)).lines).toEqual([
    expect.stringMatching(/^warn web\.types\.ts: is out of /),
  ]);
});
