import type { Plugin } from 'graphql-yoga';
import type { GatewayOptions } from './config/options.ts';
import { parseOptions, type Settings } from './config/parse-options.ts';
import { requireRedis, warnOfEveryTemplate } from './config/settings-checks.ts';
import type { Base } from './gateway/base.ts';
import { connectClerk } from './gateway/clerk-connection.ts';
import type { FetchGateway } from './gateway/fetch-gateway.ts';
import { createGeneration, type Generation } from './gateway/generation.ts';
import { applyToHeld, startMinting } from './gateway/minting.ts';
import { createReload } from './gateway/reload.ts';
import { observe, startLog, startReporting } from './gateway/telemetry.ts';
import type { LastingParts } from './gateway/yoga-server.ts';
import { fetchFast, toResponse } from './http/fast-path/fast-fetch.ts';
import type { GraphiQLOptions } from './http/graphiql/use-graphiql.ts';
import { createReadiness } from './http/readiness.ts';
import { traceRequest } from './http/request-trace.ts';
import type { ShareThroughRedis } from './redis/share-through-redis.ts';
import type { Runtime } from './runtime/runtime.ts';
import { waitUntilOf } from './runtime/wait-until.ts';

/** The parts of a gateway that only Node.js has. */
interface NodeParts {
  /** Shares tokens, limits and revocations with other instances. */
  shareThroughRedis: ShareThroughRedis;
  /** Serves GraphiQL, a page with 9 MB of script. */
  useGraphiQL: (options: GraphiQLOptions) => Plugin;
}

/** A gateway of composed parts. */
interface ComposedGateway extends Pick<Base, 'log' | 'reporter'> {
  readonly gateway: FetchGateway;
  readonly present: () => Generation;
}

/**
 * Composes a gateway of its parts. Only this file and the room `gateway` know all of them.
 *
 * @param runtime - the parts that differ between JavaScript runtimes
 * @param nodeParts - the parts that only Node.js has. @default none
 * @returns the gateway, its logger and reporter, and its present generation for a listener of node:http
 * @throws TypeError that names every wrong option and what was expected
 */
export function composeGateway(
  options: GatewayOptions,
  runtime: Runtime,
  { shareThroughRedis, useGraphiQL }: Partial<NodeParts> = {},
): ComposedGateway {
  const settings = parseOptions(options);
  const { now } = settings;
  const reporter = startReporting(settings, runtime);
  const log = startLog(settings, runtime, reporter);
  let generation: Generation;
  const present = () => generation;
  const base: Base = { runtime, log, reporter, now, present };

  function check(candidate: Settings): void {
    requireRedis(candidate, shareThroughRedis !== undefined);
    warnOfEveryTemplate(candidate, log);
  }

  check(settings);
  const clerk = connectClerk(base, settings);
  const minting = startMinting(base, clerk, settings, shareThroughRedis);
  const readiness = createReadiness(
    [clerk.keyHealth.notReadyReason, () => present().authentication.notReadyReason()],
    clerk.keyHealth.warnings,
  );
  const parts: LastingParts = { ...base, minting, readiness, counts: { fastPath: 0, yoga: 0 }, useGraphiQL };
  generation = createGeneration(parts, clerk, settings);
  const endObservation = observe(parts, clerk);
  let isDisposed = false;

  function apply(next: Settings): void {
    check(next);
    const before = present();
    generation = createGeneration(parts, clerk, next);
    clerk.secretKeys.replace(next.secretKey);
    // In the background, so that the log soon says whether Clerk accepts a new key.
    void clerk.secretKeys.probe();
    applyToHeld(minting, base, before);
  }

  function drain(): void {
    readiness.drain();
    minting.streams.drain();
  }

  const gateway: FetchGateway = {
    async fetch(request, hostContext = {}) {
      const waitUntil = waitUntilOf(hostContext);
      const fastAnswer = await fetchFast(present, request, waitUntil);
      const { yoga, settings: presentSettings } = present();
      if (fastAnswer) return toResponse(fastAnswer, yoga.fetchAPI.Response);
      const answer = Promise.resolve(
        traceRequest({ reporter, ...presentSettings }, request, () => yoga.fetch(request, { hostContext })),
      );
      // Other requests may wait for work of this one after its client has disconnected.
      waitUntil?.(answer);
      return answer;
    },
    reload: createReload({
      ...{ present: () => present().settings, apply, counts: reporter.counts.reloads },
      isDisposed: () => isDisposed,
    }),
    stats: () => ({
      subscriptions: minting.streams.size,
      requests: { ...parts.counts },
      reloads: { ...reporter.counts.reloads },
      ...minting.engine.stats(),
    }),
    drain,
    dispose: async () => {
      isDisposed = true;
      drain();
      endObservation();
      await present().yoga.dispose();
      minting.sharing?.close();
    },
  };
  return { gateway, log, reporter, present };
}
