import { readFileSync } from 'node:fs';

/** Session tokens: a list for each session, in the order of use. */
type SessionTokens = readonly (readonly string[])[];

const read = new Map<string, SessionTokens>();

export function readTokens(file: string): SessionTokens {
  const tokens = read.get(file) ?? (JSON.parse(readFileSync(file, 'utf8')) as SessionTokens);
  read.set(file, tokens);
  return tokens;
}

/** The time after which a browser replaces its session token, in milliseconds. */
const renewEveryMs = 50_000;

/** Creates a seeded random generator, so that each run has the same order of requests. */
export function seededRandom(seed = 0): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/**
 * Returns the current session token of a random session. Browsers replace theirs every 50 s, at different times.
 *
 * @param elapsed - returns the time since the first request to this server, in milliseconds
 * @param seed - decides about the order of the sessions
 */
export function anySession(
  tokens: SessionTokens,
  elapsed: () => number,
  seed = 1,
): () => { session: number; token: string } {
  const randomPhase = seededRandom();
  const phases = tokens.map(() => randomPhase() * renewEveryMs);
  const random = seededRandom(seed);
  return () => {
    const session = Math.floor(random() * tokens.length);
    const at = Math.floor((elapsed() + (phases[session] ?? 0)) / renewEveryMs);
    const list = tokens[session] ?? [];
    const token = list[at];
    if (token === undefined) throw new Error('the run takes longer than the session tokens last');
    return { session, token };
  };
}
