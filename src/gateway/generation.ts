import type { Settings } from '../config/parse-options.ts';
import { createFastPath, type FastPath } from '../http/fast-path.ts';
import { createPolicies, longestCacheAge } from '../mint/policy.ts';
import type { Base } from './base.ts';
import { createAuthentication } from './caller-authentication.ts';
import type { ClerkConnection } from './clerk-connection.ts';
import type { Rules } from './rules.ts';
import { createServer, type LastingParts, type YogaServer } from './yoga-server.ts';

/** Everything that is made from one set of settings. A reload makes all of it anew and replaces it by one assignment. */
export interface Generation extends Rules {
  readonly yoga: YogaServer;
  /** Undefined where it is turned off, or the host authenticates. */
  readonly fastPath: FastPath | undefined;
}

function createRules(base: Base, clerk: ClerkConnection, settings: Settings): Rules {
  const { coprocessorSecret } = settings;
  return {
    settings,
    policies: createPolicies(settings.templates),
    authentication: createAuthentication(base, clerk, settings),
    isRouterSecret: settings.routerSecret ? base.runtime.secretMatcher(settings.routerSecret) : () => true,
    isCoprocessorSecret: coprocessorSecret ? base.runtime.secretMatcher(coprocessorSecret) : () => false,
    longestAge: Math.max(longestCacheAge(settings.templates), settings.maxStaleAge),
  };
}

/** Creates the generation of a set of settings. Nothing of the gateway changes until it is the present one. */
export function createGeneration(
  parts: LastingParts,
  clerk: ClerkConnection,
  settings: Settings,
): Generation {
  const rules = createRules(parts, clerk, settings);
  const fastPath = startFastPath(parts, rules);
  return { ...rules, fastPath, yoga: createServer({ ...parts, settings, fastPath }) };
}

/** Creates an empty fast path: entries learned under other settings may be invalid. */
function startFastPath(
  { minting, counts, log, reporter, now }: LastingParts,
  { settings, authentication: { findCaller } }: Rules,
): FastPath | undefined {
  if (!settings.fastPath || !findCaller) return undefined;
  const { engine, revocations } = minting;
  return createFastPath({
    ...{ findCaller, isRevoked: revocations.rejects, findDeliverable: engine.findDeliverable },
    ...{ counts, log, reporter, graphqlEndpoint: settings.graphqlEndpoint, now },
    namesOperations: settings.persistedDocuments !== undefined,
  });
}
