import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLocalTemplates } from '../../../src/cli/dev/local-templates.ts';
import { demoData } from '../../../src/local-clerk/index.ts';
import { newFolder } from '../../support/command.ts';

async function templatesOf(json: unknown) {
  const folder = await newFolder({ 'data.json': JSON.stringify(json) });
  return readLocalTemplates(join(folder, 'data.json'));
}

test('without a file, they are those of the demo data', async () => {
  const { claims, firebase } = await readLocalTemplates();
  expect([...claims.keys()]).toEqual(demoData().jwt_templates?.map(({ name }) => name));
  expect(firebase).toBe('on');
});

test.each<[string, unknown]>([
  ['data of the local Clerk', { jwt_templates: [{ name: 'a', claims: { b: 1 } }], users: [] }],
  ['a list', [{ object: 'jwt_template', name: 'a', claims: { b: 1 } }]],
  ['a page', { data: [{ object: 'jwt_template', name: 'a', claims: { b: 1 } }], total_count: 1 }],
])('they are read from %s', async (_kind, json) => {
  expect(await templatesOf(json)).toEqual({ claims: new Map([['a', { b: 1 }]]), firebase: 'off' });
});

test('an unusable file is named with its option', async () => {
  await expect(readLocalTemplates('/nowhere.json')).rejects.toMatchObject({
    problems: ['--from /nowhere.json: there is no such file: pass the path of a JSON file'],
  });
  await expect(templatesOf([{ object: 'user', name: 'a' }])).rejects.toMatchObject({
    problems: [expect.stringMatching(/^--from \S+: The data for the local Clerk are invalid: /)],
  });
});

test('claims that the local Clerk cannot mint are accepted, as from Clerk', async () => {
  const claims = { sid: 'a', o: 1, sub: 'b' };
  expect((await templatesOf([{ object: 'jwt_template', name: 'a', claims }])).claims.get('a')).toEqual(
    claims,
  );
});
