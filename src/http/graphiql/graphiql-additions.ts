import { graphiqlStyle } from './graphiql-style.ts';

/** The browser's globals that the scripts use; the compiler knows those of Node.js only. */
interface Browser {
  localStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
  };
  document: { getElementById(id: 'mintgate-note'): { textContent: string } | null };
  location: { host: string };
  fetch: typeof fetch;
}

// GraphiQL of @graphql-yoga/render-graphiql 5.24.1 needs both scripts.

/**
 * Stores the query of the active tab. GraphiQL stores its tabs at once, but the query of the active one only when the visitor edits
 * it, so a visitor who returns without an edit would find a second, empty tab. Runs in the browser, and so refers to nothing outside
 * itself.
 */
function completeStoredQuery(): void {
  const { localStorage } = globalThis as unknown as Browser;
  const tabState = localStorage.getItem('graphiql:tabState');
  if (tabState === null || localStorage.getItem('graphiql:query') !== null) return;
  try {
    const { tabs, activeTabIndex } = JSON.parse(tabState);
    const query = tabs[activeTabIndex].query;
    if (typeof query === 'string') localStorage.setItem('graphiql:query', query);
  } catch {
    // GraphiQL ignores a malformed state, too.
  }
}

/**
 * Explains in words that no connection was made, in the bar and as the error that GraphiQL shows: browsers say "Failed to fetch".
 * Runs in the browser, and so refers to nothing outside itself.
 */
function explainLostConnection(): void {
  const page = globalThis as unknown as Browser;
  const message = `${page.location.host} does not answer. Is the gateway running?`;
  const plainFetch = page.fetch.bind(page);
  page.fetch = async (input, init) => {
    const note = page.document.getElementById('mintgate-note');
    try {
      const response = await plainFetch(input, init);
      if (note?.textContent === message) note.textContent = '';
      return response;
    } catch (error) {
      // The visitor stopped the request.
      if ((error as Error).name === 'AbortError') throw error;
      if (note) note.textContent = message;
      throw new Error(message, { cause: error });
    }
  };
}

/** HTML for the start of the body of GraphiQL's page, after the bar. */
export const graphiqlAdditions = `<style>${graphiqlStyle}</style>
<script>(${completeStoredQuery.toString()})();(${explainLostConnection.toString()})();</script>`;
