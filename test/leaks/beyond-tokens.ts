import { categories } from '../support/tokens.ts';

/**
 * The part of an answer's body where no token may stand: everything but the data's tokens and their claims. A session token
 * is no token of the graph, so that one in the data stays in.
 *
 * @param body - JSON, a stream of events with JSON in them, or any other text, which is left as it is
 */
export function beyondTokens(body: string): string {
  if (!/^(?:event|data|id|:|\n)/.test(body)) return beyondTokensOfJson(body);
  return body
    .split('\n')
    .map((line) => line.replace(/^(data: ?)(.*)$/s, (_all, name, json) => name + beyondTokensOfJson(json)))
    .join('\n');
}

function beyondTokensOfJson(text: string): string {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof answer !== 'object' || answer === null || !('data' in answer)) return text;
  const { data, ...rest } = answer;
  return JSON.stringify([withoutTokens(data), rest]);
}

function withoutTokens(value: unknown): unknown {
  if (typeof value === 'string') return isMinted(value) ? '' : value;
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (typeof value !== 'object' || value === null) return value;
  return areClaims(value) ? null : Object.entries(value).map(([name, inner]) => [name, withoutTokens(inner)]);
}

// Whole and by itself: a token amid other text is in the wrong place.
function isMinted(text: string): boolean {
  const [, header] = /^(eyJ[\w-]+)\.[\w-]+\.[\w-]*$/.exec(text) ?? [];
  return header !== undefined && !Buffer.from(header, 'base64url').toString().includes(categories.session);
}

// No type of the graph has these fields.
function areClaims(value: object): boolean {
  return 'exp' in value && 'iat' in value;
}
