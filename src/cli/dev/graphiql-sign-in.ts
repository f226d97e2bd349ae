import type { DemoSession } from './demo-world.ts';

interface GraphiQLSignInOptions {
  sessions: readonly DemoSession[];
  graphqlEndpoint: string;
  /** The query in GraphiQL at the first visit. */
  defaultQuery: string;
}

/**
 * Returns the HTML that signs GraphiQL in: a bar with the sessions, and a script that adds a session token to every GraphQL request,
 * as Clerk's script does in a frontend. The script replaces a token that is 45 s old, so that a page works for hours. An
 * `authorization` header that is typed into GraphiQL takes precedence.
 */
export function graphiqlSignIn(options: GraphiQLSignInOptions): string {
  const { sessions, graphqlEndpoint, defaultQuery } = options;
  const choices = sessions.map(({ id, userName, label }) => ({ id, text: label || `${userName} (${id})` }));
  return `<style>${barStyle}</style>
<div id="mintgate-bar"><a href="/">Mintgate</a>${sessions.length > 0 ? sessionSelect : noSession}
  <span id="mintgate-note" role="status"></span></div>
<script>(${signIn.toString()})(${toScriptJson({ choices, graphqlEndpoint, defaultQuery })});</script>`;
}

const sessionSelect = '<label><span>Signed in as</span> <select id="mintgate-session"></select></label>';
const noSession = '<span>Not signed in: there is no session.</span>';

const barStyle = `
  #mintgate-bar { position: fixed; inset: 0 0 auto 0; height: 40px; z-index: 10; display: flex; gap: 18px;
    align-items: center; padding: 0 16px; font: 14px system-ui, sans-serif; background: #0f3d31; color: #e8fff7; }
  #mintgate-bar a { color: #7ae0c0; font-weight: 650; text-decoration: none; }
  #mintgate-bar label { min-width: 0; display: flex; gap: 8px; align-items: center; white-space: nowrap; }
  #mintgate-bar select { min-width: 0; font: inherit; color: inherit; background: #175443; border: 1px solid #2b7a64;
    border-radius: 6px; padding: 3px 8px; text-overflow: ellipsis; }
  #mintgate-note { color: #f3c969; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  #body { margin: 0; padding-top: 40px; box-sizing: border-box; height: 100vh; overflow: hidden; }
  #root, #root .graphiql-container { height: 100%; }
  @media (max-width: 800px) { #mintgate-bar label span { display: none; } }
`;

// A `<` in a value could end the script element.
function toScriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

interface SignInData {
  choices: { id: string; text: string }[];
  graphqlEndpoint: string;
  defaultQuery: string;
}

/** The globals of a browser that the script uses. The compiler knows only those of Node.js. */
interface BrowserGlobals {
  document: {
    getElementById(id: 'mintgate-session'): SessionSelect | null;
    getElementById(id: 'mintgate-note'): { textContent: string } | null;
  };
  location: { href: string };
  history: { replaceState(state: null, unused: '', url: string): void };
  sessionStorage: BrowserStorage;
  localStorage: BrowserStorage;
  Option: new (text: string, value: string, defaultSelected: boolean, selected: boolean) => object;
  fetch: typeof fetch;
}

interface BrowserStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface SessionSelect {
  value: string;
  append(option: object): void;
  addEventListener(event: 'change', listener: () => void): void;
}

/** Runs in the browser, as text: it must not refer to anything outside itself. */
function signIn({ choices, graphqlEndpoint, defaultQuery }: SignInData): void {
  const page = globalThis as unknown as BrowserGlobals;

  // GraphiQL restores its tabs. Replaces the default query of previous data in them, but no query that was edited.
  const before = page.localStorage.getItem('mintgate:query');
  const tabs = page.localStorage.getItem('graphiql:tabState');
  if (tabs !== null && before !== null && before !== defaultQuery) {
    const replaced = tabs.replaceAll(JSON.stringify(before), () => JSON.stringify(defaultQuery));
    page.localStorage.setItem('graphiql:tabState', replaced);
    if (page.localStorage.getItem('graphiql:query') === before) {
      page.localStorage.setItem('graphiql:query', defaultQuery);
    }
  }
  page.localStorage.setItem('mintgate:query', defaultQuery);

  const select = page.document.getElementById('mintgate-session');
  if (select === null) return;
  const address = new URL(page.location.href);
  const named = address.searchParams.get('session');
  const wanted = named ?? page.sessionStorage.getItem('mintgate');
  for (const { id, text } of choices) select.append(new page.Option(text, id, false, id === wanted));
  const note = page.document.getElementById('mintgate-note');
  if (note !== null && named !== null && select.value !== named) {
    note.textContent = `There is no session ${named} in the data.`;
  }
  // Also in the address, so that a reload keeps the session.
  const remember = () => {
    page.sessionStorage.setItem('mintgate', select.value);
    address.searchParams.set('session', select.value);
    page.history.replaceState(null, '', address.href);
  };
  remember();
  select.addEventListener('change', remember);

  const maxAge = 45_000;
  const plainFetch = page.fetch.bind(page);
  let held = { session: '', token: '', at: 0 };
  async function sessionToken(session: string): Promise<string> {
    if (held.session === session && Date.now() - held.at < maxAge) return held.token;
    const response = await plainFetch(`/dev/sessions/${encodeURIComponent(session)}/token`, {
      method: 'POST',
    });
    if (!response.ok) {
      throw new Error(`No session token for ${session}: ${await response.text()} Reload this page.`);
    }
    held = { session, token: await response.text(), at: Date.now() };
    return held.token;
  }
  page.fetch = async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, page.location.href), init);
    if (new URL(request.url).pathname === graphqlEndpoint && !request.headers.has('authorization')) {
      request.headers.set('authorization', `Bearer ${await sessionToken(select.value)}`);
    }
    return plainFetch(request);
  };
}
