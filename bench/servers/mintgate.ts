// Mintgate as `mintgate serve` runs it: production mode, on node:http. Its log is off, because no other server writes one.
import { createServer } from 'node:http';
import { prepareClerkConnections } from '../../src/cli/clerk-connections.ts';
import { createGateway, createLogger, type GatewayOptions } from '../../src/index.ts';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';
import { listen } from './listen.ts';
import { createProfiler } from './profiler.ts';
import type { TelemetrySettings } from './telemetry.ts';

type MintgateSettings = ClerkSettings &
  Pick<GatewayOptions, 'templates'> &
  Partial<Omit<GatewayOptions, 'telemetry'>> & {
    /** The signals of its telemetry. @default no telemetry */
    signals?: TelemetrySettings;
  };

prepareClerkConnections();
const { signals, ...options } = settings<MintgateSettings>();
// Loaded only where it is used: (j) measures the start.
const observed = signals && (await (await import('./telemetry.ts')).startTelemetry(signals));
const gateway = createGateway({
  authorizedParties: 'any',
  // The only instance. All sessions come from one machine.
  ...{ mintBudgetShare: 1, sessionMintLimit: 1_000_000 },
  logger: createLogger({ level: 'silent' }),
  ...options,
  ...(observed && { telemetry: observed.telemetry }),
});
const handlers = answerMeasurer(`${await listen(createServer(gateway))}/graphql`, {
  stats: gateway.stats,
  metricsUrl: () => observed?.metricsUrl,
  ...createProfiler(),
});

export type MintgateServer = typeof handlers;
