import { readFileSync } from 'node:fs';

/** Session tokens, a list for each session, the later ones for later. */
export type SessionTokens = readonly (readonly string[])[];

const read = new Map<string, SessionTokens>();

export function readTokens(file: string): SessionTokens {
  const tokens = read.get(file) ?? (JSON.parse(readFileSync(file, 'utf8')) as SessionTokens);
  read.set(file, tokens);
  return tokens;
}

/** How often a browser replaces its session token, in milliseconds. */
const replacedEvery = 50_000;

/** Seeded, so that each run asks in the same order. */
export function dice(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/**
 * A session at random, with the session token that its browser has by now: each is replaced every 50 s, not all at once.
 *
 * @param began - when the first request to this server was made, in milliseconds since the epoch
 */
export function anySession(tokens: SessionTokens, began: number): () => { session: number; token: string } {
  const random = dice();
  const phases = tokens.map(() => random() * replacedEvery);
  return () => {
    const session = Math.floor(random() * tokens.length);
    const at = Math.floor((Date.now() - began + (phases[session] ?? 0)) / replacedEvery);
    const list = tokens[session] ?? [];
    const token = list[at];
    if (token === undefined) throw new Error('the run takes longer than there are session tokens for');
    return { session, token };
  };
}
