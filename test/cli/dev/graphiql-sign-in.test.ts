import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { graphiqlSignIn } from '../../../src/cli/dev/graphiql-sign-in.ts';
import { demoSession } from './demo-worlds.ts';
import { graphiqlHtml } from './graphiql-html.ts';
import { useDevApp } from './use-dev-app.ts';

const signInOf = (session = demoSession(), defaultQuery = '{ now }') =>
  graphiqlSignIn({ sessions: [session], graphqlEndpoint: '/graphql', defaultQuery });

/** Returns the globals of a browser that the script uses, and what the script did with them. */
function fakeBrowser(options: { stored?: Record<string, string>; search?: string } = {}) {
  let ids: string[] = [];
  const local = new Map(Object.entries(options.stored ?? {}));
  const session = new Map<string, string>();
  const storage = (values: Map<string, string>) => ({
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  });
  const select = {
    value: '',
    get options() {
      return ids.map((value) => ({ value }));
    },
    addEventListener: (_event: string, listener: () => void) => {
      onChange = listener;
    },
  };
  let onChange = () => {};
  const choose = (id: string) => {
    select.value = id;
    onChange();
  };
  const note = { textContent: '' };
  const asked: Request[] = [];
  const page = {
    URL,
    URLSearchParams,
    Request,
    Date,
    JSON,
    document: { getElementById: (id: string) => (id === 'mintgate-session' ? select : note) },
    location: { href: `http://127.0.0.1:4000/graphql${options.search ?? ''}` },
    history: {
      replaceState: (_state: null, _unused: string, url: string) => {
        page.location.href = url;
      },
    },
    localStorage: storage(local),
    sessionStorage: storage(session),
    fetch: async (input: string | Request, init?: RequestInit) => {
      const request = new Request(
        input instanceof Request ? input : new URL(input, page.location.href),
        init,
      );
      asked.push(request);
      return new Response(
        request.url.endsWith('/token') ? `token of ${request.url.split('/').at(-2)}` : '{}',
      );
    },
  };
  const run = ({ controls, script }: ReturnType<typeof graphiqlSignIn>) => {
    ids = [...controls.matchAll(/<option value="([^"]*)"/g)].map(([, id = '']) => id);
    runInNewContext(script, page);
  };
  return { run, page, select, choose, note, asked, local, session };
}

/** Returns the texts of the choices. */
const textsOf = ({ controls }: ReturnType<typeof graphiqlSignIn>) =>
  [...controls.matchAll(/<option[^>]*>([^<]*)/g)].map(([, text]) => text);

describe('the choice of a session', () => {
  test('offers every session by its user and what differs, and to be signed out', () => {
    const sessions = [
      demoSession({ label: 'the plain case' }),
      demoSession({ id: 'sess_two', status: 'revoked' }),
    ];
    const signIn = graphiqlSignIn({ sessions, graphqlEndpoint: '/graphql', defaultQuery: '' });
    expect(textsOf(signIn)).toEqual(['Ada Lovelace: No organization', 'Ada Lovelace: Revoked', 'Signed out']);
    expect(signIn.controls).toContain('title="the plain case"');
    expect(signIn.controls).toContain('<label for="mintgate-session">Session</label>');
  });

  test('tells sessions with equal texts apart by their ids', () => {
    const sessions = [demoSession(), demoSession({ id: 'sess_two' })];
    const signIn = graphiqlSignIn({ sessions, graphqlEndpoint: '/graphql', defaultQuery: '' });
    expect(textsOf(signIn).slice(0, 2)).toEqual([
      'Ada Lovelace: No organization (sess_ada)',
      'Ada Lovelace: No organization (sess_two)',
    ]);
  });
});

describe('the script that signs GraphiQL in', () => {
  test('chooses the session of the address, else the last one of the tab, else the first', () => {
    const sessions = [demoSession(), demoSession({ id: 'sess_two' })];
    const signIn = graphiqlSignIn({ sessions, graphqlEndpoint: '/graphql', defaultQuery: '' });
    const first = fakeBrowser();
    first.run(signIn);
    expect(first.select.value).toBe('sess_ada');
    const named = fakeBrowser({ search: '?session=sess_two' });
    named.run(signIn);
    expect([named.select.value, named.note.textContent]).toEqual(['sess_two', '']);
    named.page.location.href = 'http://127.0.0.1:4000/graphql';
    named.run(signIn);
    expect(named.select.value).toBe('sess_two');
  });

  test('keeps the session in the address, so that it survives a reload', () => {
    const browser = fakeBrowser({ search: '?session=sess_ada&x=1' });
    const sessions = [demoSession(), demoSession({ id: 'sess_two' })];
    browser.run(graphiqlSignIn({ sessions, graphqlEndpoint: '/graphql', defaultQuery: '' }));
    browser.choose('sess_two');
    expect(browser.page.location.href).toBe('http://127.0.0.1:4000/graphql?session=sess_two&x=1');
  });

  test('reports that the session of the address does not exist, and is signed out until another is chosen', () => {
    const browser = fakeBrowser({ search: '?session=sess_gone' });
    browser.run(signInOf());
    expect(browser.select.value).toBe('');
    expect(browser.note.textContent).toBe('There is no session sess_gone in the data: you are signed out.');
    browser.choose('sess_ada');
    expect(browser.note.textContent).toBe('');
    expect(browser.page.location.href).toBe('http://127.0.0.1:4000/graphql?session=sess_ada');
  });

  test('sends no token and no cookies while signed out', async () => {
    const browser = fakeBrowser({ search: '?session=' });
    browser.run(signInOf());
    expect(browser.note.textContent).toBe('');
    await browser.page.fetch('/graphql', { method: 'POST' });
    expect(
      browser.asked.map(({ url, credentials, headers }) => [
        new URL(url).pathname,
        credentials,
        headers.get('authorization'),
      ]),
    ).toEqual([['/graphql', 'omit', null]]);
  });

  test('adds a session token to GraphQL requests, and to no others', async () => {
    const browser = fakeBrowser();
    browser.run(signInOf());
    const { page, asked } = browser;
    await page.fetch('/graphql', { method: 'POST' });
    await page.fetch('/elsewhere', { method: 'POST' });
    await page.fetch('/graphql', { method: 'POST', headers: { authorization: 'Bearer typed' } });
    expect(asked.map(({ url, headers }) => [new URL(url).pathname, headers.get('authorization')])).toEqual([
      ['/dev/sessions/sess_ada/token', null],
      ['/graphql', 'Bearer token of sess_ada'],
      ['/elsewhere', null],
      ['/graphql', 'Bearer typed'],
    ]);
  });

  test.each(['</script><script>alert(1)</script>', '<!--<script>', '"; alert(1); //', '\u2028'])(
    'passes the query %j through its script unchanged, and no text of a session into it',
    (text) => {
      const signIn = signInOf(demoSession({ label: text, userName: text }), text);
      expect(signIn.script).not.toMatch(/<\/?script|<!--/);
      expect(signIn.controls).not.toMatch(/<\/?script|<!--/);
      const browser = fakeBrowser();
      browser.run(signIn);
      expect(browser.local.get('mintgate:query')).toBe(text);
    },
  );

  test('replaces the query of a restored tab that was not edited when the default query changes, and no other', () => {
    const before = '{ sessionToken(template: "hasura") { jwt } }\n';
    const tabs = (...queries: string[]) => JSON.stringify({ tabs: queries.map((query) => ({ query })) });
    const browser = fakeBrowser({
      stored: {
        'graphiql:tabState': tabs(before, `${before}# mine`),
        'graphiql:query': before,
        'mintgate:query': before,
      },
    });
    browser.run(signInOf(demoSession(), '{ sessionToken(template: "$&") { jwt } }\n'));
    expect(browser.local.get('graphiql:tabState')).toBe(
      tabs('{ sessionToken(template: "$&") { jwt } }\n', `${before}# mine`),
    );
    expect(browser.local.get('graphiql:query')).toBe('{ sessionToken(template: "$&") { jwt } }\n');
  });
});

describe('GraphiQL of mintgate dev', () => {
  const dev = useDevApp();
  const load = async () => graphiqlHtml(await dev.ask('/graphql'));

  test('has a default query for the templates in the data', async () => {
    expect(await load()).toContain('sessionToken(template: \\"hasura\\")');
    dev.clerk.replaceData({ jwt_templates: [{ name: 'billing' }] });
    dev.app.refresh();
    const page = await load();
    expect(page).toContain('There is no session to sign in as.');
    expect(page).toContain('sessionToken(template: \\"billing\\")');
    expect(page).toContain('<select id="mintgate-session"><option value="">Signed out</option>');
  });

  test('contains no HTML of the data', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>';
    dev.clerk.replaceData({
      users: [{ id: 'user_x', name: hostile }],
      sessions: [{ id: 'sess_x', user_id: 'user_x', label: hostile }],
    });
    dev.app.refresh();
    expect(await load()).not.toContain('<img src=x');
  });
});
