import { expect, test } from 'vitest';
import { readDemoWorld } from '../../../src/cli/dev/demo-world.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

test('sessions have the names of their users and organizations', async () => {
  const { sessions } = await readDemoWorld(world.clerk, '*');
  expect(sessions.map(({ id }) => id)).toEqual(world.clerk.sessions().map(({ id }) => id));
  expect(sessions.find(({ id }) => id === 'sess_ada')).toMatchObject({
    userName: 'Ada Lovelace',
    organizationName: null,
  });
  expect(sessions.find(({ id }) => id === 'sess_ada_acme')?.organizationName).toBe('Acme');
});

test('an impersonated session has the name of its actor, else the id of the actor', async () => {
  const actors = async () =>
    (await readDemoWorld(world.clerk, '*')).sessions.map(({ actorName }) => actorName);
  expect(await actors()).toContain('Sam Support');
  world.clerk.replaceData({
    users: [{ id: 'user_a' }],
    sessions: [
      { id: 'sess_a', user_id: 'user_a', actor: { sub: 'agent_7' } },
      { id: 'sess_b', user_id: 'user_a' },
    ],
  });
  expect(await actors()).toEqual(['agent_7', null]);
});

test('a user without a name has the username, else the id', async () => {
  world.clerk.replaceData({
    users: [{ id: 'user_a', username: 'kim' }, { id: 'user_b' }],
    sessions: [
      { id: 'sess_a', user_id: 'user_a' },
      { id: 'sess_b', user_id: 'user_b' },
    ],
  });
  const { sessions } = await readDemoWorld(world.clerk, '*');
  expect(sessions.map(({ userName }) => userName)).toEqual(['kim', 'user_b']);
});

test('templates have their lifetime and algorithm, and are sorted by name', async () => {
  const { templates } = await readDemoWorld(world.clerk, '*');
  expect(templates).toContainEqual({ name: 'nhost', lifetime: 900, algorithm: 'HS256' });
  const names = templates.map(({ name }) => name);
  expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other)));
});

test('the template of an integration, which Clerk does not list, is included once', async () => {
  const integrated = world.clerk.integrationTemplates().map(({ name }) => name);
  const { templates } = await readDemoWorld(world.clerk, '*');
  for (const name of integrated) {
    expect(templates.filter((template) => template.name === name)).toHaveLength(1);
  }
});

test('only configured templates are included, and only those that exist', async () => {
  const { templates } = await readDemoWorld(world.clerk, ['nhost', 'ghost']);
  expect(templates.map(({ name }) => name)).toEqual(['nhost']);
});
