// Two workarounds, which @graphql-yoga/render-graphiql 5.24.1 still needs.

/** GraphiQL sets its panes side by side in a narrow window, too: at 400 px the answer is 61 px wide. */
const narrowWindow = `
  @media (max-width: 800px) {
    .graphiql-container .graphiql-main, .graphiql-container #graphiql-session { flex-direction: column; }
    .graphiql-container .graphiql-sessions { margin: 8px 8px 8px 0; min-height: 0; }
    .graphiql-container #graphiql-session { overflow-y: auto; min-height: 0; }
    .graphiql-container .graphiql-editors { min-height: 400px; }
    .graphiql-container .graphiql-response { min-height: 280px; }
  }
`;

/** The browser's globals that the script uses; the compiler knows those of Node.js only. */
interface Browser {
  localStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
  };
}

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

/** HTML for the start of the body of GraphiQL's page. */
export const graphiqlAdditions = `<style>${narrowWindow}</style><script>(${completeStoredQuery.toString()})();</script>`;
