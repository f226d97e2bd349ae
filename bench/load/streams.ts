import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { TokenRequest } from './requests.ts';
import { readTokens } from './session-tokens.ts';

/** The options of subscribers, each of which opens an event stream with a session token of its own. */
export interface Subscribers {
  url: string;
  request: TokenRequest;
  /** The first tokens of its sessions are used. */
  file: string;
  /** The number of sessions to skip, and the number of subscribers. */
  from: number;
  count: number;
}

/** Event streams that are open at the same time while they are opened. */
const openAtOnce = 32;
/** Time for the first event, in milliseconds. */
const timeoutMs = 20_000;

const state = { tokens: 0, ended: 0, isClosing: false, agent: new Agent() };

/** Opens further event streams, and waits for the first token of each. @throws Error when one gets none */
export async function openStreams({ url, request, file, from, count }: Subscribers): Promise<void> {
  const sessionTokens = readTokens(file).slice(from, from + count);
  if (sessionTokens.length < count) throw new Error('the file has too few sessions');
  const waiting = sessionTokens.values();
  const openAll = async () => {
    for (const [token = ''] of waiting) await openStream(url, request, token);
  };
  await Promise.all(Array.from({ length: openAtOnce }, openAll));
}

/** Returns the tokens that all open streams have received, and the number of streams that have ended. */
export function countStreams(): { tokens: number; ended: number } {
  return { tokens: state.tokens, ended: state.ended };
}

/** Closes all streams, and waits until they are closed. */
export async function closeStreams(): Promise<void> {
  state.isClosing = true;
  state.agent.destroy();
  // The streams end in the next turns of the event loop.
  await pause(100);
  Object.assign(state, { tokens: 0, ended: 0, isClosing: false, agent: new Agent() });
}

function openStream(url: string, { headers, body }: TokenRequest, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const authorization = `Bearer ${token}`;
    const options = { method: 'POST', agent: state.agent, headers: { ...headers, authorization } };
    const timer = setTimeout(() => reject(new Error('a stream without an event')), timeoutMs);
    const onToken = () => {
      state.tokens += 1;
      clearTimeout(timer);
      resolve();
    };
    const onEnd = (reason: unknown) => {
      if (state.isClosing) return;
      state.ended += 1;
      clearTimeout(timer);
      reject(new Error('a stream has ended', { cause: reason }));
    };
    request(url, options, (answer) => readTokensOf(answer, onToken, onEnd))
      .on('error', onEnd)
      .end(body);
  });
}

/** Calls `onToken` for each event with a token, and `onEnd` once. */
function readTokensOf(answer: IncomingMessage, onToken: () => void, onEnd: (reason: unknown) => void): void {
  let text = '';
  answer
    .setEncoding('utf8')
    .on('data', (chunk: string) => {
      const events = (text + chunk).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) if (event.includes('"jwt":"ey')) onToken();
    })
    .on('error', () => {})
    .on('close', () => onEnd(text));
}
