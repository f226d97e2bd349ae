import { expect, test } from 'vitest';
import { listTemplates } from '../../../src/cli/check/list-templates.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

test('the JWT templates of the instance are listed by name, with their claims', async () => {
  const listed = await listTemplates(world.settings);
  expect([...listed.keys()].sort()).toEqual(['firebase', 'hasura', 'minimal', 'nhost', 'reports', 'short']);
  expect(listed.get('short')).toMatchObject({ claims: { name: '{{user.first_name}}' }, lifetime: 30 });
});

test.each([
  [401, 'status 401'],
  [200, 'no usable answer'],
])('M14 a page of a proxy with status %i is not taken for an answer of Clerk', async (status, reason) => {
  world.clerk.controls.answerAlways({ status, body: '<html>' }, 'GET /v1/jwt_templates');
  await expect(listTemplates(world.settings)).rejects.toMatchObject({
    problems: [`CLERK_API_URL: Clerk does not list its JWT templates (${reason})`],
  });
});

test('a refused secret key is named', async () => {
  const settings = { ...world.settings, secretKey: `${world.settings.secretKey}x` };
  await expect(listTemplates(settings)).rejects.toMatchObject({
    problems: [expect.stringMatching(/^CLERK_SECRET_KEY: Clerk refuses this key: /)],
  });
});
