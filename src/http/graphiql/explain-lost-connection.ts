/** The globals of the browser that the script uses. */
interface Browser {
  document: { getElementById(id: 'mintgate-note'): { textContent: string } | null };
  location: { host: string };
  fetch: typeof fetch;
}

/**
 * Explains in words that no connection was made, in the bar and as the error that GraphiQL shows: browsers say "Failed to fetch".
 * Runs in the browser, as text: it must not refer to anything outside itself.
 */
export function explainLostConnection(page: Browser): void {
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
