import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkTypes } from '../../../src/cli/check/check-types.ts';
import { listTemplates } from '../../../src/cli/check/list-templates.ts';
import type { Configuration } from '../../../src/cli/configuration/read-configuration.ts';
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
  const { code, stdout, stderr } = await runCommand(['check'], { folder, env: settings(more) });
  expect(stderr).toBe('');
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
  expect(await check(folder)).toEqual({ code: 0, lines: [`${warning}: run mintgate types --no-register`] });
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

test('G05 mintgate check compares the whole file, and names templates where it can', async () => {
  const folder = await newFolder({});
  const typesFile = join(folder, 'types.ts');
  await runCommand(['types', '--out', typesFile], { folder, env: settings() });
  const text = await readFile(typesFile, 'utf8');
  const listed = await listTemplates(world.settings);
  const configuration = { environment: { typesFile }, options: { templates: ['hasura', 'short'] } };
  const checkText = async (edited: string) => {
    await writeFile(typesFile, edited);
    return checkTypes(listed, configuration as unknown as Configuration);
  };
  const ok = [{ verdict: 'ok', text: `${typesFile}: has the types of the templates` }];
  expect(await checkText(text)).toEqual(ok);
  expect(await checkText(text.replaceAll('\n', '\r\n'))).toEqual(ok);
  const other = 'it differs from what this version of Mintgate writes';
  const edits: [string, string][] = [
    [text.replace('HasuraClaims extends DefaultClaims', 'HasuraClaims'), 'template hasura has changed'],
    [text.replace(/declare module[\s\S]*/, ''), other],
    [text.replace('// Generated', '// Once generated'), other],
  ];
  for (const [edited, reason] of edits) {
    expect(await checkText(edited)).toEqual([
      { verdict: 'warn', text: `${typesFile}: is out of date: ${reason}: run mintgate types` },
    ]);
  }
});

test('a file of types that cannot be read is a finding beside the others', async () => {
  const folder = await newFolder({});
  await mkdir(join(folder, 'web.types.ts'));
  expect(await check(folder, { MINTGATE_TYPES_FILE: 'web.types.ts' })).toEqual({
    code: 1,
    lines: ['fail web.types.ts: cannot be read (EISDIR): expected a file that mintgate types wrote'],
  });
});
