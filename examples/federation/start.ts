// Runs a supergraph on this machine: the local Clerk, Mintgate, a second subgraph, and Hive Gateway in front of both.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway';
import { whenNpmEnds } from '../../src/cli/end-with-npm.ts';
import { createGateway, createLogger } from '../../src/index.ts';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { listen, stop } from '../listen.ts';
import { composeSupergraph } from './compose.ts';
import { createDevicesServer } from './devices.ts';
import { gatewayConfig } from './gateway.config.ts';

const clerk = await startLocalClerk();
const { secretKey, publishableKey, url: apiUrl } = clerk;
const routerSecret = randomBytes(32).toString('base64url');

// In production mode, as in a real deployment, where the schema is returned only with the router secret.
const mintgate = createGateway({
  ...{ secretKey, publishableKey, apiUrl, routerSecret },
  authorizedParties: 'any',
  templates: ['hasura', 'firebase', 'minimal'],
  mintBudgetShare: 1,
  logger: createLogger({ level: 'warn' }),
});
const mintgateServer = createServer(mintgate);
const devicesServer = createDevicesServer((sessionId) =>
  clerk.sessions().some(({ id }) => id === sessionId) ? 'Firefox on Linux' : undefined,
);
const urls = {
  mintgate: `${await listen(mintgateServer)}/graphql`,
  devices: `${await listen(devicesServer)}/graphql`,
};

const supergraph = await composeSupergraph([
  { name: 'mintgate', url: urls.mintgate, headers: { 'x-mintgate-router-secret': routerSecret } },
  { name: 'devices', url: urls.devices },
]);
const router = createGatewayRuntime({
  ...(gatewayConfig as GatewayConfigSupergraph),
  supergraph,
  logging: 'warn',
  // Off, because its pages for browsers load scripts from a CDN.
  ...{ graphiql: false, landingPage: false },
});

// A stand-in for Clerk's browser SDK in a frontend. It is not part of the supergraph.
const routerServer = createServer(async (request, response) => {
  const sessionId = /^\/session-token\/(\w+)$/.exec(request.url ?? '')?.[1];
  if (sessionId === undefined) return router(request, response);
  response.end(await clerk.mintSessionToken(sessionId).catch(({ message }: Error) => message));
});
const origin = await listen(routerServer, Number(process.env.PORT ?? 4000));

process.stdout.write(`
  A supergraph of two subgraphs, on a local Clerk. Nothing leaves this machine.

  Router       ${origin}/graphql
  Mintgate     ${urls.mintgate}
  Devices      ${urls.devices}
  Local Clerk  ${apiUrl}

  Ask as Ada, whose session token lives for a minute:

TOKEN=$(curl -s ${origin}/session-token/sess_ada)
curl -s ${origin}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '{"query":"{ session { id userId device token(template: \\"hasura\\") { jwt expiresIn } } }"}'

`);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await stop(routerServer);
  await router.dispose();
  await Promise.all([stop(mintgateServer), stop(devicesServer)]);
  await mintgate.dispose();
  await clerk.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
whenNpmEnds(() => void end());
