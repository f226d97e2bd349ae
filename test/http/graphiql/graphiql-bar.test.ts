import { expect, test } from 'vitest';
import { graphiqlBar } from '../../../src/http/graphiql/graphiql-bar.ts';

test('the bar has the name once, a line for messages, the controls and the hint', () => {
  const html = graphiqlBar({ controls: '<b>controls</b>', hint: '<i>hint</i>' });
  expect(html.match(/Mintgate/g)).toHaveLength(1);
  expect(html).toContain('<p id="mintgate-note" role="status"></p>');
  expect(html).toContain('<b>controls</b>');
  expect(html).toContain('<i>hint</i>');
});

test('the name links to the home page where there is one', () => {
  expect(graphiqlBar({ homeUrl: '/', hint: '' })).toMatch(/<a class="brand" href="\/">.*Mintgate/);
  expect(graphiqlBar({ hint: '' })).not.toContain('<a ');
});
