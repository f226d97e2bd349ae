// Runs the local Clerk, and a proxy in front of it that can cut the connections. Creates sessions and session tokens for the load.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { layCable } from '../../test/support/cable.ts';
import { mintEndpoint } from '../../test/support/mint-endpoint.ts';
import { answerMeasurer } from './answer.ts';

/** Session tokens to write into a file. */
export interface TokensWanted {
  file: string;
  sessions: number;
  /** The number of tokens for each session, in the order of use. */
  each: number;
}

/** The life of a template token, in seconds. */
const lives = { bench: 60, long: 600 };
/** The life of a session token, in seconds: the longest that the gateway accepts, because a run takes longer than 60 s, the life of Clerk's tokens. */
const sessionTokenLife = 600;

const claims = {
  'https://hasura.io/jwt/claims': {
    'x-hasura-default-role': 'user',
    'x-hasura-allowed-roles': ['user'],
    'x-hasura-user-id': '{{user.id}}',
  },
};
const users = Array.from({ length: 500 }, (_, at) => ({ id: `user_${at}` }));
const clerk = await startLocalClerk({
  data: {
    users,
    sessions: [],
    jwt_templates: Object.entries(lives).map(([name, lifetime]) => ({ name, lifetime, claims })),
  },
});
const cable = await layCable(Number(new URL(clerk.url).port));
const { controls } = clerk;
const sessions: string[] = [];
let others: NodeJS.Timeout | undefined;

/** Creates a session token like Clerk's, with a longer life. */
async function signed(session: string, count: number): Promise<string[]> {
  const minted = await clerk.mintSessionToken(session);
  const { iat = 0, ...claims } = decodeJwt(minted);
  const { cat } = decodeProtectedHeader(minted);
  const all = Array.from({ length: count }, () =>
    clerk.sign({ ...claims, jti: randomUUID(), iat, exp: iat + sessionTokenLife }, { header: { cat } }),
  );
  return Promise.all(all);
}

const handlers = answerMeasurer(clerk.url, {
  settings: () => ({
    apiUrl: clerk.url,
    secretKey: clerk.secretKey,
    publishableKey: clerk.publishableKey,
    jwtKey: clerk.jwtKey,
  }),
  /** Returns the settings for the proxy that can cut the connections. */
  cableUrl: () => cable.url,
  unplug: () => cable.unplug(),
  plug: () => cable.plug(),
  /** Creates a session, and returns a session token of it. */
  async sessionToken() {
    const [token = ''] = await signed(controls.createSession({ userId: 'user_0' }), 1);
    return token;
  },
  /** Writes lists of session tokens, one list for each session, as JSON. */
  async writeTokens({ file, sessions: count, each }: TokensWanted) {
    while (sessions.length < count)
      sessions.push(controls.createSession({ userId: users[sessions.length % users.length]?.id ?? '' }));
    const lists: string[][] = [];
    for (let from = 0; from < count; from += 100) {
      const some = sessions.slice(from, Math.min(from + 100, count));
      lists.push(...(await Promise.all(some.map((session) => signed(session, each)))));
    }
    await writeFile(file, JSON.stringify(lists));
  },
  /** Sets the latency in milliseconds, and Clerk's rate limit for a production instance. */
  behaveAsInProduction(latency: number) {
    controls.setLatency(latency);
    controls.setRateLimit({ limit: 1_000, windowMs: 10_000, retryAfterSeconds: 10 });
  },
  behaveAsOnALaptop() {
    controls.setLatency(0);
    controls.setRateLimit(false);
  },
  /** Makes another client with the same key call Clerk. @param perSecond - calls per second; 0 ends it */
  others(perSecond: number) {
    clearInterval(others);
    if (perSecond === 0) return;
    const session = controls.createSession({ userId: 'user_0' });
    others = setInterval(() => {
      const headers = { authorization: `Bearer ${clerk.secretKey}` };
      fetch(`${clerk.url}/v1/sessions/${session}/tokens/bench`, { method: 'POST', headers })
        .then((response) => response.arrayBuffer())
        .catch(() => {});
    }, 1_000 / perSecond);
  },
  /** Returns the number of calls to the endpoint of template tokens. */
  mints: () => controls.requests(mintEndpoint),
});

export type ClerkServer = typeof handlers;
