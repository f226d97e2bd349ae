import { describe, expect, test } from 'vitest';
import { parseClaimText } from '../../src/jwt-templates/claim-text.ts';

const shortcode = (path: string) => ({ kind: 'shortcode', path });
const literal = (value: string | number | boolean) => ({ kind: 'literal', value });

describe('a text of one expression', () => {
  test.each<[string, unknown[]]>([
    ['{{user.id}}', [shortcode('user.id')]],
    ['{{ user.id }}', [shortcode('user.id')]],
    ['{{a||b}}', [shortcode('a'), shortcode('b')]],
    ["{{ a || 'text' || 30 || true }}", [shortcode('a'), literal('text'), literal(30), literal(true)]],
    ['{{a || "text"}}', [shortcode('a'), literal('text')]],
    ["{{a || '}} || {{'}}", [shortcode('a'), literal('}} || {{')]],
    ['{{-1.5}}', [literal(-1.5)]],
    ['{{false}}', [literal(false)]],
    ["{{''}}", [literal('')]],
  ])('%s has its operands', (text, operands) => {
    expect(parseClaimText(text)).toMatchObject({ kind: 'expression', expression: { operands } });
  });

  test.each(['{{}}', '{{ }}', '{{a | b}}', '{{a ||}}', '{{|| a}}', '{{a b}}'])(
    '%s is malformed and has none',
    (text) => {
      expect(parseClaimText(text)).toEqual({
        kind: 'expression',
        expression: { source: text.slice(2, -2), operands: [] },
      });
    },
  );

  test('a number that JSON cannot express is no literal', () => {
    const digits = '9'.repeat(400);
    expect(parseClaimText(`{{${digits}}}`)).toMatchObject({
      expression: { operands: [shortcode(digits)] },
    });
  });
});

describe('any other text', () => {
  test.each<[string, unknown[]]>([
    ['', []],
    ['plain', ['plain']],
    ['{{', ['{{']],
    ["{{user.id || 'open}}", ["{{user.id || 'open}}"]],
    ['Hi {{a}}!', ['Hi ', { source: 'a', operands: [shortcode('a')] }, '!']],
    [
      '{{a}}{{b}}',
      [
        { source: 'a', operands: [shortcode('a')] },
        { source: 'b', operands: [shortcode('b')] },
      ],
    ],
  ])('%j has its parts', (text, parts) => {
    expect(parseClaimText(text)).toEqual({ kind: 'text', parts });
  });
});

test('a hostile text is parsed in linear time', () => {
  const text = "{{'".repeat(50_000);
  expect(parseClaimText(text)).toMatchObject({ kind: 'text' });
});
