/** The globals of the browser that the script uses. */
interface Browser {
  localStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
  };
}

/**
 * Stores the query of the active tab. GraphiQL stores its tabs at once, but the query of the active one only when the visitor edits
 * it, so a visitor who returns without an edit would find a second, empty tab. Runs in the browser, as text: it must not refer to
 * anything outside itself.
 */
export function completeStoredQuery({ localStorage }: Browser): void {
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
