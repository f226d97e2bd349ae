import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createGateway, createLogger, type Gateway, type GatewayOptions } from '../../../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../../../src/local-clerk/index.ts';
import { workingOptions } from '../../../../test/support/gateway.ts';
import { listen, stop } from '../../../listen.ts';
import { schemaOf } from '../../compose.ts';
import { createDevicesServer } from '../../devices.ts';
import type { Service } from './composers.ts';
import { crowdedData } from './crowd.ts';

/** An allowed origin. */
export const appOrigin = 'https://app.example.com';

/** Two subgraphs with a local Clerk, and the requests that they got. */
export interface Supergraph {
  clerk: LocalClerk;
  /** The subgraphs with their schemas, as input of a composer. */
  services: readonly [mintgate: Service, devices: Service];
  /** The headers of the requests to each subgraph since the last `renew`. */
  arrived: { mintgate: IncomingHttpHeaders[]; devices: IncomingHttpHeaders[] };
  /** The log of Mintgate since the last `renew`. */
  log(): string;
  /** Returns the number of open subscriptions at Mintgate. */
  open(): number;
  /** Replaces Mintgate with a new gateway at the same address, with new data. */
  renew(options?: Partial<GatewayOptions>): Promise<void>;
  close(): Promise<void>;
}

/** Starts the subgraphs. */
export async function startSupergraph(): Promise<Supergraph> {
  const clerk = await startLocalClerk({ data: crowdedData() });
  const arrived: Supergraph['arrived'] = { mintgate: [], devices: [] };
  let logLines: string[] = [];
  const start = (options: Partial<GatewayOptions> = {}): Gateway =>
    createGateway({
      ...workingOptions(clerk),
      corsOrigins: [appOrigin],
      logger: createLogger({ level: 'debug', destination: { write: (line) => void logLines.push(line) } }),
      ...options,
    });
  let gateway = start();

  const mintgateServer = recording(arrived.mintgate, (request, response) => gateway(request, response));
  const devices = createDevicesServer((sessionId) =>
    sessionId.startsWith('sess_') ? `the device of ${sessionId}` : undefined,
  );
  const devicesServer = recording(arrived.devices, (request, response) =>
    devices.emit('request', request, response),
  );
  const describe = async (name: string, server: Server): Promise<Service> => {
    const subgraph = { name, url: `${await listen(server)}/graphql` };
    return { ...subgraph, sdl: await schemaOf(subgraph) };
  };

  return {
    clerk,
    services: [await describe('mintgate', mintgateServer), await describe('devices', devicesServer)],
    arrived,
    log: () => logLines.join(''),
    open: () => gateway.stats().subscriptions,
    renew: async (options) => {
      await gateway.dispose();
      clerk.controls.reset();
      clerk.replaceData(crowdedData());
      logLines = [];
      arrived.mintgate.length = 0;
      arrived.devices.length = 0;
      gateway = start(options);
    },
    close: async () => {
      await Promise.all([stop(mintgateServer), stop(devicesServer)]);
      await gateway.dispose();
      await clerk.close();
    },
  };
}

function recording(into: IncomingHttpHeaders[], listener: RequestListener): Server {
  return createServer((request, response) => {
    into.push(request.headers);
    listener(request, response);
  });
}
