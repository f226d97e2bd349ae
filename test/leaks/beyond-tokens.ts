import { categories } from '../support/tokens.ts';

/**
 * Removes the tokens of the graph and their claims from the data of an answer, and the token of an exchange. The rest must contain no
 * token. A session token is neither, so it is not removed.
 *
 * @param body - JSON, an event stream with JSON in its events, or any other text, which is returned unchanged
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
  if (typeof answer !== 'object' || answer === null) return text;
  if ('access_token' in answer)
    return JSON.stringify({ ...answer, access_token: withoutTokens(answer.access_token) });
  if ('stage' in answer && 'headers' in answer) {
    const { headers, ...rest } = answer;
    return JSON.stringify([withoutTokens(withoutSchemes(headers)), rest]);
  }
  if (!('data' in answer)) return text;
  const { data, ...rest } = answer;
  return JSON.stringify([withoutTokens(data), rest]);
}

// The coprocessor answers with headers for subgraphs.
function withoutSchemes(headers: unknown): unknown {
  return JSON.parse(JSON.stringify(headers).replaceAll('"Bearer ', '"'));
}

function withoutTokens(value: unknown): unknown {
  if (typeof value === 'string') return isMinted(value) ? '' : value;
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (typeof value !== 'object' || value === null) return value;
  return areClaims(value) ? null : Object.entries(value).map(([name, inner]) => [name, withoutTokens(inner)]);
}

// A token within other text is in the wrong place.
function isMinted(text: string): boolean {
  const [, header] = /^(eyJ[\w-]+)\.[\w-]+\.[\w-]*$/.exec(text) ?? [];
  return header !== undefined && !Buffer.from(header, 'base64url').toString().includes(categories.session);
}

// Only these fields; no other type of the graph has them.
function areClaims(value: object): boolean {
  return 'exp' in value && 'iat' in value;
}
