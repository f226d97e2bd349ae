import { describe, expect, test } from 'vitest';
import { copyScript } from '../../../src/cli/dev/copy-buttons.ts';
import type { DemoWorld } from '../../../src/cli/dev/demo-world.ts';
import { startPage } from '../../../src/cli/dev/start-page.ts';
import { demoSession, worldOf } from './demo-worlds.ts';
import { useDevApp } from './use-dev-app.ts';

const pageOf = async (world: DemoWorld) =>
  String(
    await startPage({
      world,
      sessionTemplates: new Map(),
      origin: 'http://127.0.0.1:4000',
      graphqlEndpoint: '/graphql',
      clerkUrl: 'http://127.0.0.1:4001',
    }),
  );

describe('the start page', () => {
  const dev = useDevApp(async (id) => {
    if (id === 'sess_ada_globex') throw new Error('the gateway has ended');
    return id === 'sess_ada' ? { mintable: ['hasura', 'nhost'], others: ['reports'] } : undefined;
  });
  const load = async () => (await dev.ask('/')).text();

  test('shows every session with its user and what differs, and every template', async () => {
    const page = await load();
    expect([...page.matchAll(/data-session="([^"]+)"/g)].map(([, id]) => id)).toEqual(
      dev.clerk.sessions().map(({ id }) => id),
    );
    expect(page).toContain('</span>Ada Lovelace</h3>');
    expect([...page.matchAll(/<strong[^>]*>([^<]+)</g)].map(([, title]) => title)).toEqual([
      'No organization',
      'Acme admin',
      'Globex member',
      'Acme member',
      'Impersonated by Sam Support',
      'Pending',
      'Revoked',
      'Signed out',
    ]);
    expect(page).toContain('<code>nhost</code> <small>HS256, lifetime 900 s</small>');
  });

  test('shows what the gateway says that a session may mint, and nothing where it says nothing', async () => {
    const page = await load();
    expect([...page.matchAll(/<span class="mints">([^<]*)</g)].map(([, text]) => text)).toEqual([
      'May mint all but reports',
    ]);
  });

  test('has a button that copies its commands, and one for a token of each session', async () => {
    const page = await load();
    expect(page.match(/data-copy-from="commands"/g)).toHaveLength(1);
    expect(page.match(/data-copy-token="/g)).toHaveLength(dev.clerk.sessions().length);
    expect(page).not.toMatch(/eyJ/);
  });

  test('uses the first session and the default template in its commands', async () => {
    const page = await load();
    expect(page).toContain('http://127.0.0.1:4000/dev/sessions/sess_ada/token');
    expect(page).toContain('template: \\&quot;hasura\\&quot;');
  });

  test('shows the current data', async () => {
    dev.clerk.replaceData({
      users: [{ id: 'user_kim', name: 'Kim' }],
      sessions: [{ id: 'sess_kim', user_id: 'user_kim' }],
      jwt_templates: [{ name: 'billing' }],
    });
    const page = await load();
    expect(page).toContain('Open GraphiQL as Kim');
    expect(page).toContain('template: \\&quot;billing\\&quot;');
    expect(page).not.toContain('Ada');
  });

  test('marks a template whose name is malformed, and uses another in its commands', async () => {
    dev.clerk.replaceData({
      users: [{ id: 'user_kim', name: 'Kim' }],
      sessions: [{ id: 'sess_kim', user_id: 'user_kim' }],
      jwt_templates: [{ name: 'a name' }, { name: 'billing' }],
    });
    const page = await load();
    expect(page).toContain('<code>a name</code> <small>cannot be minted: a name is 1 to 64 letters');
    expect(page).toContain('template: \\&quot;billing\\&quot;');
  });

  test('shows what to add to the data where they are empty', async () => {
    dev.clerk.replaceData({});
    const page = await load();
    expect(page).toContain('There is no session. Add one to the data file');
    expect(page).toContain('There is no JWT template. Add one to the data file');
    expect(page).not.toContain('curl');
  });

  test('shows the username of a user without a name, else the id', async () => {
    dev.clerk.replaceData({
      users: [{ id: 'user_a', username: 'kim' }, { id: 'user_b' }],
      sessions: [
        { id: 'sess_a', user_id: 'user_a' },
        { id: 'sess_b', user_id: 'user_b' },
      ],
    });
    const page = await load();
    expect(page).toContain('</span>kim</h3>');
    expect(page).toContain('</span>user_b</h3>');
  });

  const hostile = `"><script>alert('1')</script>`;
  test.each([
    ['a user', worldOf(['a'], [demoSession({ userName: hostile })])],
    ['an organization', worldOf(['a'], [demoSession({ organizationId: 'o', organizationName: hostile })])],
    ['a role', worldOf(['a'], [demoSession({ organizationId: 'o', organizationRole: hostile })])],
    ['an actor', worldOf(['a'], [demoSession({ actorName: hostile })])],
    ['a label', worldOf(['a'], [demoSession({ label: hostile })])],
    ['an id', worldOf(['a'], [demoSession({ id: hostile })])],
    ['a template', worldOf([hostile])],
  ])('escapes HTML in %s', async (_what, world) => {
    const page = await pageOf(world);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain(String(copyScript));
    expect(page).toMatch(/&lt;script&gt;|%3Cscript%3E/);
  });
});
