import { html } from 'hono/html';
import { copyTextButton } from './copy-buttons.ts';

interface Snippet {
  /** The id of the element with the text. */
  id: string;
  text: string;
  /** The content, named for screen readers, such as `the commands`. */
  name: string;
}

/** Columns that fit into a window of 768 pixels. */
const narrowColumns = 60;

/** Renders text that is copied by a button. A line that is too long scrolls sideways, which narrow windows point out. */
export function snippet({ id, text, name }: Snippet) {
  const isLong = text.split('\n').some((line) => line.length > narrowColumns);
  return html`<div class="snippet">
    <div class="tools"><span class="cue ${isLong ? 'long' : ''}" aria-hidden="true">Scroll sideways &rarr;</span>${copyTextButton(id, name)}</div>
    <pre tabindex="0" role="region" aria-label="${name}"><code id="${id}">${text}</code></pre>
  </div>`;
}
