import type { JwtTemplate } from '@clerk/backend';
import { expect, test } from 'vitest';
import { checkTemplates } from '../../../src/cli/check/check-templates.ts';
import { listTemplates } from '../../../src/cli/check/list-templates.ts';
import { resolveTemplates } from '../../../src/config/resolve-templates.ts';
import type { Templates } from '../../../src/mint/policy.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
const linesFor = async (templates: Templates) =>
  checkTemplates(await listTemplates(world.settings), resolveTemplates(templates)).map(
    ({ verdict, text }) => `${verdict} ${text}`,
  );

test('each configured template is listed with its lifetime, and the other templates are named', async () => {
  const [hasura, short, others, ...more] = await linesFor(['hasura', 'short']);
  expect([hasura, short]).toEqual(['ok template hasura: lifetime 60 s', 'ok template short: lifetime 30 s']);
  expect(others).toMatch(
    /^note templates of the instance that are not configured and cannot be minted: .*nhost/,
  );
  expect(others).not.toMatch(/hasura|short/);
  expect(more).toEqual([]);
});

test('a template that the instance does not have fails', async () => {
  expect((await linesFor({ ghost: {} }))[0]).toMatch(
    /^fail template ghost: configured, but the instance has no JWT template of this name: /,
  );
});

test('T11 the template of the Firebase integration, which Clerk does not list, gets a note', async () => {
  expect((await linesFor(['integration_firebase']))[0]).toMatch(
    /^note template integration_firebase: cannot be checked/,
  );
});

test('the lifetime of the policy, else the one of the template, must not exceed maxLifetime', async () => {
  const lines = await linesFor({ nhost: { maxLifetime: 60 }, firebase: { lifetime: 120 } });
  expect(lines[0]).toMatch(/^fail template nhost: lifetime 900 s, more than its maxLifetime of 60 s: /);
  expect(lines[1]).toBe('ok template firebase: lifetime 120 s');
});

test("templates: '*' is a warning, and all templates of the instance are listed", async () => {
  const lines = await linesFor('*');
  expect(lines[0]).toMatch(/^warn templates: '\*'/);
  expect(lines).toContain('ok template nhost: lifetime 900 s');
  expect(lines.filter((line) => line.startsWith('note'))).toEqual([]);
});

test('a name of a template is written without characters that change a terminal', () => {
  const name = 'a\u001b[31m\u202e\nok   fake';
  const template = { name, lifetime: 60 } as JwtTemplate;
  const linesOf = (templates: Templates) =>
    checkTemplates(new Map([[name, template]]), resolveTemplates(templates)).map(({ text }) => text);
  const printed = 'a\\u001b[31m\\u202e\\nok   fake';
  expect(linesOf('*')[1]).toContain(`template "${printed}": cannot be minted: `);
  expect(linesOf(['integration_firebase'])[1]).toContain(`cannot be minted: ${printed}`);
});

test('a template of the instance whose name is malformed is a warning', async () => {
  world.clerk.replaceData({ jwt_templates: [{ name: 'my template' }] });
  expect((await linesFor('*'))[1]).toMatch(
    /^warn template "my template": cannot be minted: rename it in Clerk; a name is 1 to 64 letters/,
  );
});
