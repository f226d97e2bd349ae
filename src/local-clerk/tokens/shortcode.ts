import { isPlainObject } from '../plain-object.ts';
import type { Lookup } from './shortcode-values.ts';

// Quoted text may hold braces and bars. The alternatives exclude each other: no text is tried in two readings.
const SHORTCODE = /\{\{((?:'[^']*'|"[^"]*"|[^{}'"])*)\}\}/g;
const LONE = /^\{\{((?:'[^']*'|"[^"]*"|[^{}'"])*)\}\}$/;
const EXPRESSION = /^\s*(?:'[^']*'|"[^"]*"|[^'"|\s]+)\s*(?:\|\|\s*(?:'[^']*'|"[^"]*"|[^'"|\s]+)\s*)*$/;
const OPERANDS = /'[^']*'|"[^"]*"|[^'"|\s]+/g;

/**
 * Fills the shortcodes in a template's claims: in values at any depth, never in keys. A string that is nothing but one
 * shortcode takes the value's JSON type; amid text the value becomes text; what is unknown is null.
 */
export function renderClaims(claims: unknown, lookup: Lookup): unknown {
  if (typeof claims === 'string') return renderText(claims, lookup);
  if (Array.isArray(claims)) return claims.map((claim) => renderClaims(claim, lookup));
  if (!isPlainObject(claims)) return claims;
  // fromEntries defines properties instead of assigning them: a key named __proto__ stays a key.
  return Object.fromEntries(Object.entries(claims).map(([key, value]) => [key, renderClaims(value, lookup)]));
}

function renderText(text: string, lookup: Lookup): unknown {
  const lone = LONE.exec(text);
  if (lone) return evaluate(lone[1] ?? '', lookup);
  return text.replace(SHORTCODE, (_match, expression: string) => asText(evaluate(expression, lookup)));
}

/** `a || b || 'text' || 30` is the first that is neither null nor false, else the last. */
function evaluate(expression: string, lookup: Lookup): unknown {
  if (!EXPRESSION.test(expression)) return null;
  let value: unknown = null;
  for (const operand of expression.match(OPERANDS) ?? []) {
    value = evaluateOperand(operand, lookup);
    if (value !== null && value !== false) return value;
  }
  return value;
}

function evaluateOperand(operand: string, lookup: Lookup): unknown {
  if (/^'[^']*'$|^"[^"]*"$/.test(operand)) return operand.slice(1, -1);
  if (/^-?\d+(\.\d+)?$/.test(operand)) return Number(operand);
  if (operand === 'true' || operand === 'false') return operand === 'true';
  return lookup(operand);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
