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
  const choices: { text: string; id: string }[] = [];
  const local = new Map(Object.entries(options.stored ?? {}));
  const session = new Map<string, string>();
  const storage = (values: Map<string, string>) => ({
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  });
  const select = {
    value: '',
    append: (choice: { text: string; id: string; selected: boolean }) => {
      choices.push({ text: choice.text, id: choice.id });
      if (choice.selected || choices.length === 1) select.value = choice.id;
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
    Option: class {
      text: string;
      id: string;
      selected: boolean;
      constructor(text: string, id: string, _byDefault: boolean, selected: boolean) {
        this.text = text;
        this.id = id;
        this.selected = selected;
      }
    },
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
  const run = (html: string) => {
    const [, script = ''] = html.match(/<script>([\s\S]*)<\/script>/) ?? [];
    runInNewContext(script, page);
  };
  return { run, page, choices, select, choose, note, asked, local };
}

describe('the script that signs GraphiQL in', () => {
  test('offers every session by its label, else by the name of its user and its id', () => {
    const browser = fakeBrowser({ search: '?session=sess_two' });
    const sessions = [demoSession({ label: 'the plain case' }), demoSession({ id: 'sess_two' })];
    browser.run(graphiqlSignIn({ sessions, graphqlEndpoint: '/graphql', defaultQuery: '' }));
    expect(browser.choices).toEqual([
      { id: 'sess_ada', text: 'the plain case' },
      { id: 'sess_two', text: 'Ada Lovelace (sess_two)' },
    ]);
    expect(browser.select.value).toBe('sess_two');
    expect(browser.note.textContent).toBe('');
  });

  test('keeps the session in the address, so that it survives a reload', () => {
    const browser = fakeBrowser({ search: '?session=sess_ada&x=1' });
    const sessions = [demoSession(), demoSession({ id: 'sess_two' })];
    browser.run(graphiqlSignIn({ sessions, graphqlEndpoint: '/graphql', defaultQuery: '' }));
    browser.choose('sess_two');
    expect(browser.page.location.href).toBe('http://127.0.0.1:4000/graphql?session=sess_two&x=1');
  });

  test('reports that the session of the address does not exist', () => {
    const browser = fakeBrowser({ search: '?session=sess_gone' });
    browser.run(signInOf());
    expect(browser.note.textContent).toBe('There is no session sess_gone in the data.');
    expect(browser.page.location.href).toBe('http://127.0.0.1:4000/graphql?session=sess_ada');
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
    'passes %j through its script unchanged',
    (text) => {
      const html = signInOf(demoSession({ label: text }), text);
      expect(html.match(/<\/?script/g)).toEqual(['<script', '</script']);
      expect(html).not.toContain('<!--');
      const browser = fakeBrowser();
      browser.run(html);
      expect(browser.choices).toEqual([{ id: 'sess_ada', text }]);
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
    expect(page).toContain('Not signed in: there is no session.');
    expect(page).toContain('sessionToken(template: \\"billing\\")');
    expect(page).not.toContain('<select id="mintgate-session"');
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
