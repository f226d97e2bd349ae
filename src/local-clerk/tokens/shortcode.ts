import { isPlainObject } from '../../json/is-plain-object.ts';
import { type Expression, type Operand, parseClaimText } from '../../jwt-templates/claim-text.ts';
import type { ShortcodeLookup } from './shortcode-values.ts';

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
  const parsed = parseClaimText(text);
  if (parsed.kind === 'expression') return evaluate(parsed.expression, lookup);
  return parsed.parts
    .map((part) => (typeof part === 'string' ? part : toText(evaluate(part, lookup))))
    .join('');
}

/** Returns the first operand that is neither `null` nor `false`, else the last; `null` where there is none. */
function evaluate({ operands }: Expression, lookup: ShortcodeLookup): unknown {
  let value: unknown = null;
  for (const operand of operands) {
    value = operandValue(operand, lookup);
    if (value !== null && value !== false) return value;
  }
  return value;
}

function operandValue(operand: Operand, lookup: ShortcodeLookup): unknown {
  return operand.kind === 'literal' ? operand.value : lookup(operand.path);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
