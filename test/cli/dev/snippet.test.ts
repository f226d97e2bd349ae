import { expect, test } from 'vitest';
import { snippet } from '../../../src/cli/dev/snippet.ts';

test('a snippet has its text, a button that copies it, and is reached and named by keyboard and screen reader', () => {
  const html = String(snippet({ id: 'commands', text: 'curl "<url>"', name: 'the commands' }));
  expect(html).toContain('<code id="commands">curl &quot;&lt;url&gt;&quot;</code>');
  expect(html).toContain('data-copy-from="commands"');
  expect(html).toContain('<pre tabindex="0" role="region" aria-label="the commands">');
});

test('only a snippet with a long line scrolls in a window of medium width', () => {
  const classOf = (length: number) =>
    /<span class="([^"]*)"/.exec(
      String(snippet({ id: 'a', text: `short\n${'x'.repeat(length)}`, name: 'a' })),
    )?.[1];
  expect([classOf(60), classOf(61)]).toEqual(['cue ', 'cue long']);
});
