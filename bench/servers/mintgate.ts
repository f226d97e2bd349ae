// Mintgate as `mintgate serve` runs it: production mode, on node:http. Its log is off, because no other server writes one.
import { createServer } from 'node:http';
import { prepareClerkConnections } from '../../src/cli/clerk-connections.ts';
import { createGateway, createLogger, type GatewayOptions } from '../../src/index.ts';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';
import { listen } from './listen.ts';
import { createProfiler } from './profiler.ts';

type MintgateSettings = ClerkSettings & Pick<GatewayOptions, 'templates'> & Partial<GatewayOptions>;

prepareClerkConnections();
const gateway = createGateway({
  authorizedParties: 'any',
  // The only instance. All sessions come from one machine.
  ...{ mintBudgetShare: 1, sessionMintLimit: 1_000_000 },
  logger: createLogger({ level: 'silent' }),
  ...settings<MintgateSettings>(),
});
const handlers = answerMeasurer(`${await listen(createServer(gateway))}/graphql`, {
  stats: gateway.stats,
  ...createProfiler(),
});

export type MintgateServer = typeof handlers;
