import { html } from 'hono/html';
import type { DemoSession } from './demo-world.ts';
import { sessionTitle } from './session-title.ts';

interface GraphiQLSignInOptions {
  sessions: readonly DemoSession[];
  graphqlEndpoint: string;
  /** The query in GraphiQL at the first visit. */
  defaultQuery: string;
}

interface GraphiQLSignIn {
  /** HTML of the choice of a session. */
  controls: string;
  script: string;
}

/**
 * Signs GraphiQL in: a choice of the sessions, and a script that adds a session token to every GraphQL request, as Clerk's script does
 * in a frontend. The script replaces a token that is 45 s old, so that a page works for hours. An `authorization` header that is typed
 * into GraphiQL takes precedence. Signed out, requests have no token and no cookies.
 */
export function graphiqlSignIn(options: GraphiQLSignInOptions): GraphiQLSignIn {
  const { sessions, graphqlEndpoint, defaultQuery } = options;
  const script = `(${signIn.toString()})(${toScriptJson({ graphqlEndpoint, defaultQuery })});`;
  return { controls: sessionSelect(sessions), script };
}

function sessionSelect(sessions: readonly DemoSession[]): string {
  const texts = sessions.map((session) => `${session.userName}: ${sessionTitle(session)}`);
  const isUnique = (text: string) => texts.indexOf(text) === texts.lastIndexOf(text);
  const choices = sessions.map(({ id, label }, at) => {
    const text = texts[at] ?? id;
    return html`<option value="${id}" title="${label}">${isUnique(text) ? text : `${text} (${id})`}</option>`;
  });
  return `${html`<span class="choice"><label for="mintgate-session">Session</label>
<select id="mintgate-session">${choices}<option value="">Signed out</option></select></span>`}`;
}

// A `<` in a value could end the script element.
function toScriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

interface SignInData {
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
  fetch: typeof fetch;
}

interface BrowserStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface SessionSelect {
  value: string;
  options: Iterable<{ value: string }>;
  addEventListener(event: 'change', listener: () => void): void;
}

/** Runs in the browser, as text: it must not refer to anything outside itself. */
function signIn({ graphqlEndpoint, defaultQuery }: SignInData): void {
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
  const ids = [...select.options].map(({ value }) => value);
  const wanted = named ?? page.sessionStorage.getItem('mintgate') ?? ids[0] ?? '';
  // An unknown session is signed out, so that no request runs as another user.
  select.value = ids.includes(wanted) ? wanted : '';
  const note = page.document.getElementById('mintgate-note');
  if (note !== null && select.value !== wanted) {
    note.textContent = `There is no session ${wanted} in the data: you are signed out.`;
  }
  // Also in the address, so that a reload keeps the session.
  const remember = () => {
    page.sessionStorage.setItem('mintgate', select.value);
    address.searchParams.set('session', select.value);
    page.history.replaceState(null, '', address.href);
  };
  remember();
  select.addEventListener('change', () => {
    if (note !== null) note.textContent = '';
    remember();
  });

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
    const session = select.value;
    if (new URL(request.url).pathname !== graphqlEndpoint || request.headers.has('authorization')) {
      return plainFetch(request);
    }
    if (session === '') return plainFetch(new Request(request, { credentials: 'omit' }));
    request.headers.set('authorization', `Bearer ${await sessionToken(session)}`);
    return plainFetch(request);
  };
}
