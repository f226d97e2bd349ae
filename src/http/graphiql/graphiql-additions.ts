/** In a window that is narrow, GraphiQL would squeeze its panes side by side. */
const narrowWindow = `
  @media (max-width: 800px) {
    .graphiql-container .graphiql-main, .graphiql-container #graphiql-session { flex-direction: column; }
    .graphiql-container .graphiql-sessions { margin: 8px 8px 8px 0; min-height: 0; }
    .graphiql-container #graphiql-session { overflow-y: auto; min-height: 0; }
    .graphiql-container .graphiql-editors { min-height: 400px; }
    .graphiql-container .graphiql-response { min-height: 280px; }
    .graphiql-container .graphiql-editor-tool { max-height: 90px; }
    .graphiql-container .graphiql-logo, .graphiql-container .graphiql-horizontal-drag-bar { display: none; }
  }
`;

/** The little of a browser's globals that the script uses; the compiler knows Node's only. */
interface Browser {
  localStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
  };
}

/**
 * Runs in the browser; must not refer to anything outside itself. GraphiQL stores its tabs at once, but the query of the
 * active one only when it is edited. A visitor who comes back without having edited would find a new, empty tab.
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
    // What is stored there is none of GraphiQL's: it starts anew then.
  }
}

/** HTML for the start of GraphiQL's body. */
export const graphiqlAdditions = `<style>${narrowWindow}</style><script>(${completeStoredQuery.toString()})();</script>`;
