import type { Settings } from '../config/parse-options.ts';
import { createReadinessReading } from '../http/readiness.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { safeLogger } from '../logging/safe-logger.ts';
import { withTraceIds } from '../logging/with-trace-ids.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createReporter, type Reporter } from '../telemetry/reporter.ts';
import type { ClerkConnection } from './clerk-connection.ts';
import type { LastingParts } from './yoga-server.ts';

/** The gateways of this process so far, which are numbered in messages and metrics. */
let gateways = 0;

/** Creates the reporter of a gateway. */
export function startReporting({ telemetry, apiUrl }: Settings, { channels }: Runtime): Reporter {
  gateways += 1;
  return createReporter({ gateway: `gateway-${gateways}`, telemetry, channels, apiUrl });
}

/** Creates the log of a gateway. Within a trace, its lines carry the ids of the trace. */
export function startLog(
  { logger, telemetry }: Settings,
  runtime: Runtime,
  reporter: Reporter,
): GatewayLogger {
  const log = safeLogger(logger ?? runtime.createLogger());
  return telemetry ? withTraceIds(log, reporter.activeIds) : log;
}

/** Lets the telemetry of the host observe a gateway, if it has any. @returns a function that ends it */
export function observe(
  { reporter, minting, readiness, counts }: LastingParts,
  { secretKeys }: ClerkConnection,
): () => void {
  const { engine, streams, sharing } = minting;
  const isReady = createReadinessReading(readiness);
  return reporter.observe(() => ({
    ...reporter.counts,
    ...engine.readings(),
    requests: { fast: counts.fastPath, yoga: counts.yoga },
    subscriptions: streams.size,
    isSecretKeyAccepted: isAccepted(secretKeys.verdict()),
    isReady: isReady(),
    isRedisConnected: sharing && sharing.status() === 'connected',
  }));
}

function isAccepted(verdict: ReturnType<ClerkConnection['secretKeys']['verdict']>): boolean | undefined {
  return verdict === undefined ? undefined : verdict === 'accepted';
}
