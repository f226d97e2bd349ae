import { isPlainObject } from '../../json/is-plain-object.ts';
import type { ShortcodeLookup } from './shortcode-values.ts';

// Quoted text may contain braces and bars. The alternatives exclude each other, so that matching takes linear time.
const shortcodes = /\{\{((?:'[^']*'|"[^"]*"|[^{}'"])*)\}\}/g;
const singleShortcode = /^\{\{((?:'[^']*'|"[^"]*"|[^{}'"])*)\}\}$/;
const expressionForm = /^\s*(?:'[^']*'|"[^"]*"|[^'"|\s]+)\s*(?:\|\|\s*(?:'[^']*'|"[^"]*"|[^'"|\s]+)\s*)*$/;
const operands = /'[^']*'|"[^"]*"|[^'"|\s]+/g;

/**
 * Replaces the shortcodes in the claims of a template: in values at any depth, never in keys. A string that consists of one
 * shortcode becomes the value with its JSON type; within other text the value becomes text. An unknown shortcode is `null`.
 */
export function renderClaims(claims: unknown, lookup: ShortcodeLookup): unknown {
  if (typeof claims === 'string') return renderText(claims, lookup);
  if (Array.isArray(claims)) return claims.map((claim) => renderClaims(claim, lookup));
  if (!isPlainObject(claims)) return claims;
  // fromEntries defines properties instead of assigning them: a key named __proto__ stays an ordinary key.
  return Object.fromEntries(Object.entries(claims).map(([key, value]) => [key, renderClaims(value, lookup)]));
}

function renderText(text: string, lookup: ShortcodeLookup): unknown {
  const single = singleShortcode.exec(text);
  if (single) return evaluate(single[1] ?? '', lookup);
  return text.replace(shortcodes, (_match, expression: string) => toText(evaluate(expression, lookup)));
}

/** Evaluates `a || b || 'text' || 30`: the first operand that is neither `null` nor `false`, else the last. */
function evaluate(expression: string, lookup: ShortcodeLookup): unknown {
  if (!expressionForm.test(expression)) return null;
  let value: unknown = null;
  for (const operand of expression.match(operands) ?? []) {
    value = evaluateOperand(operand, lookup);
    if (value !== null && value !== false) return value;
  }
  return value;
}

function evaluateOperand(operand: string, lookup: ShortcodeLookup): unknown {
  if (/^'[^']*'$|^"[^"]*"$/.test(operand)) return operand.slice(1, -1);
  if (/^-?\d+(\.\d+)?$/.test(operand)) return Number(operand);
  if (operand === 'true' || operand === 'false') return operand === 'true';
  return lookup(operand);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
