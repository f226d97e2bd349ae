import { html, raw } from 'hono/html';

/**
 * Returns a button that copies the text of an element.
 *
 * @param from - the id of the element
 * @param what - what it copies, such as `the commands`, for screen readers
 */
export const copyTextButton = (from: string, what: string) =>
  html`<button type="button" class="copy" data-copy-from="${from}">Copy<span class="unseen"> ${what}</span></button>`;

/**
 * Returns a button that copies a new session token.
 *
 * @param url - answers a POST request with the token
 * @param whose - such as `Ada Lovelace: Acme admin`, for screen readers
 */
export const copyTokenButton = (url: string, whose: string) =>
  html`<button type="button" class="copy" data-copy-token="${url}">Copy token<span class="unseen"> of ${whose}</span></button>`;

/** The line that reports what was copied. */
export const copyStatus = html`<p id="copied" role="status"></p>`;

/** The globals of a browser that the script uses. The compiler knows only those of Node.js. */
interface BrowserGlobals {
  document: {
    querySelectorAll(selector: string): Iterable<CopyButton>;
    getElementById(id: string): { textContent: string } | null;
  };
  navigator: { clipboard?: { write(items: object[]): Promise<void> } };
  ClipboardItem: new (items: { 'text/plain': Promise<Blob> }) => object;
  fetch: typeof fetch;
}

interface CopyButton {
  dataset: { copyFrom?: string; copyToken?: string };
  textContent: string;
  addEventListener(event: 'click', listener: () => void): void;
}

/** Runs in the browser, as text: it must not refer to anything outside itself. */
function connectCopyButtons(): void {
  const page = globalThis as unknown as BrowserGlobals;

  async function newToken(url: string): Promise<string> {
    const response = await page.fetch(url, { method: 'POST' }).catch(() => {
      throw new Error('mintgate dev does not answer. Is it running?');
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  }

  async function copy({ dataset: { copyFrom = '', copyToken } }: CopyButton): Promise<void> {
    const { clipboard } = page.navigator;
    if (clipboard === undefined) throw new Error('this browser does not let the page use the clipboard.');
    const text =
      copyToken === undefined
        ? Promise.resolve(page.document.getElementById(copyFrom)?.textContent ?? '')
        : newToken(copyToken);
    // A promise, because some browsers refuse to copy after the click has been handled.
    const content = text.then((copied) => new Blob([copied], { type: 'text/plain' }));
    const written = clipboard.write([new page.ClipboardItem({ 'text/plain': content })]);
    // A failure of the text is reported first, because the other follows from it.
    const failed = (await Promise.allSettled([text, written])).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  for (const button of page.document.querySelectorAll('[data-copy-from], [data-copy-token]')) {
    button.addEventListener('click', async () => {
      const name = button.textContent.replace(/^Copy /, '');
      const outcome = await copy(button).then(
        () => `Copied: ${name}`,
        (error: Error) => `Not copied: ${error.message}`,
      );
      const status = page.document.getElementById('copied');
      if (status !== null) status.textContent = outcome;
    });
  }
}

/** The script of the buttons. It contains no data. */
export const copyScript = raw(`<script>(${connectCopyButtons.toString()})();</script>`);
