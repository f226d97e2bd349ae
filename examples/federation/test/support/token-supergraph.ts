import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import {
  type AuditEvent,
  createGateway,
  createLogger,
  type Gateway,
  type GatewayOptions,
} from '../../../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../../../src/local-clerk/index.ts';
import { clerkEvents, newSigningSecret, send, signWebhook } from '../../../../test/support/clerk-events.ts';
import { workingOptions } from '../../../../test/support/gateway.ts';
import { mintEndpoint } from '../../../../test/support/mint-endpoint.ts';
import { listen, stop } from '../../../listen.ts';
import { schemaOf } from '../../compose.ts';
import { createDevicesServer } from '../../devices.ts';
import type { Service } from './composers.ts';
import { crowdedData } from './crowd.ts';
import { createGuardedSubgraph, type GuardedSubgraph } from './guarded-subgraph.ts';

/** An allowed origin. */
export const appOrigin = 'https://app.example.com';

/** Mintgate, two subgraphs that each accept the tokens of their own audience, and one that accepts none. */
export interface TokenSupergraph {
  clerk: LocalClerk;
  services: readonly Service[];
  inventory: GuardedSubgraph;
  billing: GuardedSubgraph;
  /** The headers of the requests to the subgraphs that get no session token. */
  foreignHeaders(): IncomingHttpHeaders[];
  /** The present gateway, as a router in this process uses it. */
  gateway: Pick<Gateway, 'fetch'>;
  mintgateUrl: string;
  /** The log and the audit events of Mintgate since the last `renew`. */
  log(): string;
  audited(): readonly AuditEvent[];
  /** Returns the number of requests for tokens of the subgraphs, by GraphQL over HTTP or in process, that the gateway has answered. */
  requests(): number;
  mints(): number;
  /** Delivers the event that ends a session, and returns the HTTP status. */
  revoke(sessionId: string): Promise<number>;
  /** Replaces Mintgate with a new gateway at the same address, with new data. */
  renew(options?: Partial<GatewayOptions>): Promise<void>;
  close(): Promise<void>;
}

const templates = {
  inventory: {},
  billing: {},
  minimal: {},
  members: { requires: { role: 'org:admin' }, organizationClaim: 'organization_id' },
};

/** Starts the subgraphs. @param billingHeader - the header with the token of the subgraph billing */
export async function startTokenSupergraph(billingHeader: string): Promise<TokenSupergraph> {
  const clerk = await startLocalClerk({ data: dataWithAudiences() });
  const webhookSigningSecret = newSigningSecret();
  let logLines: string[] = [];
  let audited: AuditEvent[] = [];
  const start = (options: Partial<GatewayOptions> = {}): Gateway => {
    // A gateway that was replaced may still mint in the background.
    const [lines, events]: [string[], AuditEvent[]] = [[], []];
    [logLines, audited] = [lines, events];
    return createGateway({
      ...workingOptions(clerk),
      ...{ templates, webhookSigningSecret, corsOrigins: [appOrigin] },
      audit: (event) => void events.push(event),
      logger: createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
      ...options,
    });
  };
  let gateway = start();

  const inventory = createGuardedSubgraph('inventory', 'authorization', clerk.jwtKey);
  const billing = createGuardedSubgraph('billing', billingHeader, clerk.jwtKey);
  const atDevices: IncomingHttpHeaders[] = [];
  const devices = createDevicesServer((id) => (id.startsWith('sess_') ? `the device of ${id}` : undefined));
  const servers: Record<string, Server> = {
    mintgate: createServer((request, response) => gateway(request, response)),
    devices: createServer((request, response) => {
      atDevices.push(request.headers);
      devices.emit('request', request, response);
    }),
    inventory: inventory.server,
    billing: billing.server,
  };
  // Otherwise a server closes an idle connection when a busy router is about to use it.
  for (const server of Object.values(servers)) server.keepAliveTimeout = 120_000;
  const services: Service[] = [];
  for (const [name, server] of Object.entries(servers)) {
    const subgraph = { name, url: `${await listen(server)}/graphql` };
    services.push({ ...subgraph, sdl: await schemaOf(subgraph) });
  }

  return {
    ...{ clerk, services, inventory, billing },
    foreignHeaders: () => [...inventory.arrived, ...billing.arrived, ...atDevices],
    gateway: { fetch: (request, hostContext) => gateway.fetch(request, hostContext) },
    mintgateUrl: services[0]?.url ?? '',
    log: () => logLines.join(''),
    audited: () => audited,
    requests: () => {
      const { fastPath, yoga } = gateway.stats().requests;
      return fastPath + yoga;
    },
    mints: () => clerk.controls.requests(mintEndpoint),
    revoke: async (sessionId) => {
      const event = clerkEvents().session('revoked', sessionId);
      return (await send(gateway, signWebhook(webhookSigningSecret, event))).status;
    },
    renew: async (options) => {
      await gateway.dispose();
      clerk.controls.reset();
      clerk.replaceData(dataWithAudiences());
      for (const subgraph of [inventory, billing]) subgraph.reset();
      atDevices.length = 0;
      gateway = start(options);
    },
    close: async () => {
      await Promise.all(Object.values(servers).map(stop));
      await gateway.dispose();
      await clerk.close();
    },
  };
}

/** Templates whose tokens have an audience. */
function dataWithAudiences() {
  const { jwt_templates = [], ...data } = crowdedData();
  const guarded = ['inventory', 'billing'].map((name) => ({ name, lifetime: 30, claims: { aud: name } }));
  const members = { name: 'members', claims: { aud: 'inventory', organization_id: '{{org.id}}' } };
  return { ...data, jwt_templates: [...jwt_templates, ...guarded, members] };
}
