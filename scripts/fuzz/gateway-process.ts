// Runs the gateways of the fuzz test on real HTTP servers, with the local Clerk. Reports secrets and unexpected errors in their logs.
import { listen } from '../../src/cli/http-server.ts';
import { createGateway, createLogger, type Gateway } from '../../src/index.ts';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { claimCanaries, leaksIn } from '../../test/leaks/forbidden.ts';
import { canaryData } from '../../test/support/canary-data.ts';
import { answerParent } from '../../test/support/remote.ts';
import { nowSeconds, signSession } from '../../test/support/tokens.ts';
import { createMemorySampler } from '../soak/memory.ts';

/** A message of this process to its parent. */
export type FuzzNews = { news: 'fault'; what: string };

const report = (what: string) => void process.send?.({ news: 'fault', what } satisfies FuzzNews);
process.on('unhandledRejection', (reason) => report(`unhandled rejection: ${String(reason)}`));
process.on('uncaughtException', (error) => report(`uncaught exception: ${error.stack}`));

const sampleMemory = createMemorySampler();
const clerk = await startLocalClerk({ data: canaryData() });
const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;

/** Reports a secret or an unexpected error in a log line. */
function write(line: string): void {
  for (const { what, place } of leaksIn(line)) report(`${what} in the log after ${JSON.stringify(place)}`);
  if ((JSON.parse(line) as { level: number }).level >= 50) report(`logged: ${line.trim()}`);
}

const gateways: Gateway[] = [];

async function open(mode: 'production' | 'development', fastPath = true): Promise<number> {
  const gateway = createGateway({
    ...{ secretKey, publishableKey, jwtKey, apiUrl, mode, fastPath },
    authorizedParties: 'any',
    templates: ['hasura'],
    corsOrigins: ['https://app.example.com'],
    mintBudget: 10_000,
    mintBudgetShare: 1,
    sessionMintLimit: 10_000,
    logger: createLogger({ level: 'debug', destination: { write } }),
  });
  gateways.push(gateway);
  const { origin } = await listen(gateway, 0, '127.0.0.1');
  return Number(new URL(origin).port);
}

const handlers = {
  /** Opens a gateway. @param fastPath - whether it has one @default true @returns its port */
  open,
  /** Returns the number of requests that the fast paths have answered. */
  fastAnswers: () => gateways.reduce((sum, gateway) => sum + gateway.stats().requests.fastPath, 0),
  /** Returns the values of the placeholders. The token is valid for ten minutes. */
  async secrets() {
    const iat = nowSeconds();
    const token = await signSession(clerk, { iat, exp: iat + 600, canary: claimCanaries.session });
    return { token, key: secretKey };
  },
  sampleMemory,
};

export type FuzzGateways = typeof handlers;

process.once('disconnect', () => process.exit(0));
answerParent(handlers);
