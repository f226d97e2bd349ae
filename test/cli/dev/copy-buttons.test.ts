import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  copyScript,
  copyStatus,
  copyTextButton,
  copyTokenButton,
} from '../../../src/cli/dev/copy-buttons.ts';

/** Runs the script in a page with one button, and returns what the visitor can do and see. */
function pageWith(dataset: object, { clipboard = true, answer = async () => new Response('a token') } = {}) {
  let onClick: () => Promise<void> = async () => {};
  const copied: string[] = [];
  const asked: unknown[] = [];
  const status = { textContent: '' };
  const button = {
    dataset,
    textContent: 'Copy the thing',
    addEventListener: (_event: 'click', listener: () => Promise<void>) => {
      onClick = listener;
    },
  };
  const write = async ([item]: { text: Promise<Blob> }[]) => {
    copied.push((await (await item?.text)?.text()) ?? '');
  };
  const page = {
    Blob,
    Promise,
    document: {
      querySelectorAll: () => [button],
      getElementById: (id: string) =>
        id === 'copied' ? status : id === 'commands' ? { textContent: 'curl' } : null,
    },
    navigator: clipboard ? { clipboard: { write } } : {},
    ClipboardItem: class {
      text: Promise<Blob>;
      constructor(items: { 'text/plain': Promise<Blob> }) {
        this.text = items['text/plain'];
      }
    },
    fetch: async (url: string, init: RequestInit) => {
      asked.push([init.method, url]);
      return answer();
    },
  };
  const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(String(copyScript)) ?? [];
  runInNewContext(script, page);
  return { click: () => onClick(), copied, asked, status };
}

describe('a copy button', () => {
  test('copies the text of its element, and says so', async () => {
    const { click, copied, asked, status } = pageWith({ copyFrom: 'commands' });
    await click();
    expect(copied).toEqual(['curl']);
    expect(asked).toEqual([]);
    expect(status.textContent).toBe('Copied: the thing');
  });

  test('copies a new token, which is requested by POST', async () => {
    const { click, copied, asked, status } = pageWith({ copyToken: '/dev/sessions/a/token' });
    await click();
    expect(asked).toEqual([['POST', '/dev/sessions/a/token']]);
    expect(copied).toEqual(['a token']);
    expect(status.textContent).not.toContain('a token');
  });

  test.each([
    [
      'the browser has no clipboard for this page',
      { clipboard: false },
      'Not copied: this browser does not let the page use the clipboard.',
    ],
    [
      'mintgate dev has ended',
      { answer: () => Promise.reject(new TypeError('Failed to fetch')) },
      'Not copied: mintgate dev does not answer. Is it running?',
    ],
    [
      'the session is gone',
      { answer: async () => new Response('There is no such session.', { status: 404 }) },
      'Not copied: There is no such session.',
    ],
  ])('says in words that %s', async (_what, options, expected) => {
    const { click, copied, status } = pageWith({ copyToken: '/dev/sessions/a/token' }, options);
    await click();
    expect(copied).toEqual([]);
    expect(status.textContent).toBe(expected);
  });

  test('has a name that says what it copies', () => {
    const text = (html: unknown) => String(html).replaceAll(/<[^>]*>/g, '');
    expect(text(copyTextButton('commands', 'the commands'))).toBe('Copy the commands');
    expect(text(copyTokenButton('/x', 'Ada: Acme admin'))).toBe('Copy token of Ada: Acme admin');
    expect(String(copyStatus)).toContain('role="status"');
  });
});
