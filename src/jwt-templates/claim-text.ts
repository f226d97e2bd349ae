/** An operand of an expression. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'shortcode'; readonly path: string };

/**
 * An expression in braces, such as `{{user.first_name || 'friend'}}`. Its value is the first operand that is neither `null` nor `false`,
 * else the last. A malformed expression has no operands, and the value `null`.
 */
export interface Expression {
  /** The text between the braces. */
  readonly source: string;
  readonly operands: readonly Operand[];
}

/** A text in the claims of a template. */
export type ClaimText =
  /** One expression and nothing else: the claim is its value, with its JSON type. */
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** Any other text: the claim is a text, in which the values of expressions are written as text. */
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] };

// Quoted text may contain braces and bars. The alternatives exclude each other, so that matching takes linear time.
const expressions = /\{\{((?:'[^']*'|"[^"]*"|[^{}'"])*)\}\}/g;
const expressionForm = /^\s*(?:'[^']*'|"[^"]*"|[^'"|\s]+)\s*(?:\|\|\s*(?:'[^']*'|"[^"]*"|[^'"|\s]+)\s*)*$/;
const operandForm = /'[^']*'|"[^"]*"|[^'"|\s]+/g;

/**
 * Parses a text in the claims of a template.
 * Source: https://clerk.com/docs/guides/sessions/jwt-templates#conditional-expressions-in-shortcodes
 */
export function parseClaimText(text: string): ClaimText {
  const parts: (string | Expression)[] = [];
  let end = 0;
  for (const { 0: match, 1: source = '', index } of text.matchAll(expressions)) {
    const expression = parseExpression(source);
    if (match === text) return { kind: 'expression', expression };
    if (index > end) parts.push(text.slice(end, index));
    parts.push(expression);
    end = index + match.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return { kind: 'text', parts };
}

function parseExpression(source: string): Expression {
  if (!expressionForm.test(source)) return { source, operands: [] };
  return { source, operands: (source.match(operandForm) ?? []).map(parseOperand) };
}

function parseOperand(operand: string): Operand {
  if (/^'[^']*'$|^"[^"]*"$/.test(operand)) return { kind: 'literal', value: operand.slice(1, -1) };
  // JSON cannot express a number that is not finite.
  if (/^-?\d+(\.\d+)?$/.test(operand) && Number.isFinite(Number(operand)))
    return { kind: 'literal', value: Number(operand) };
  if (operand === 'true' || operand === 'false') return { kind: 'literal', value: operand === 'true' };
  return { kind: 'shortcode', path: operand };
}
