// Runs a supergraph on this machine: the local Clerk, Mintgate, two more subgraphs, and Hive Gateway in front of all.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway';
import { whenNpmEnds } from '../../src/cli/end-with-npm.ts';
import { useSubgraphTokens } from '../../src/hive-gateway.ts';
import { createGateway, createLogger } from '../../src/index.ts';
import { demoData, startLocalClerk } from '../../src/local-clerk/index.ts';
import { listen, stop } from '../listen.ts';
import { composeSupergraph } from './compose.ts';
import { createDevicesServer } from './devices.ts';
import { gatewayConfig } from './gateway.config.ts';
import { createInventoryServer } from './inventory.ts';

const { jwt_templates = [], ...data } = demoData();
const inventoryTemplate = { name: 'inventory', claims: { aud: 'inventory' } };
const clerk = await startLocalClerk({
  data: { ...data, jwt_templates: [...jwt_templates, inventoryTemplate] },
});
const { secretKey, publishableKey, url: apiUrl } = clerk;
const routerSecret = randomBytes(32).toString('base64url');

// In production mode, as in a real deployment, where the schema is returned only with the router secret.
const mintgate = createGateway({
  ...{ secretKey, publishableKey, apiUrl, routerSecret },
  authorizedParties: 'any',
  templates: ['hasura', 'firebase', 'minimal', 'inventory'],
  mintBudgetShare: 1,
  logger: createLogger({ level: 'warn' }),
});
const mintgateServer = createServer(mintgate);
const devicesServer = createDevicesServer((sessionId) =>
  clerk.sessions().some(({ id }) => id === sessionId) ? 'Firefox on Linux' : undefined,
);
const inventoryServer = createInventoryServer(clerk.jwtKey, (userId) =>
  userId === 'user_ada' ? ['analytical engine'] : [],
);
const urls = {
  mintgate: `${await listen(mintgateServer)}/graphql`,
  devices: `${await listen(devicesServer)}/graphql`,
  inventory: `${await listen(inventoryServer)}/graphql`,
};

const supergraph = await composeSupergraph([
  { name: 'mintgate', url: urls.mintgate, headers: { 'x-mintgate-router-secret': routerSecret } },
  { name: 'devices', url: urls.devices },
  { name: 'inventory', url: urls.inventory },
]);
const router = createGatewayRuntime({
  ...(gatewayConfig as GatewayConfigSupergraph),
  supergraph,
  // The inventory accepts no session token. It gets a token of its own, from the gateway in this process.
  plugins: () => [
    useSubgraphTokens({ gateway: mintgate, subgraphs: { inventory: { template: 'inventory' } } }),
  ],
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
  A supergraph of three subgraphs, on a local Clerk. Nothing leaves this machine.

  Router       ${origin}/graphql
  Mintgate     ${urls.mintgate}
  Devices      ${urls.devices}
  Inventory    ${urls.inventory}
  Local Clerk  ${apiUrl}

  Ask as Ada, whose session token lives for a minute:

TOKEN=$(curl -s ${origin}/session-token/sess_ada)
curl -s ${origin}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '{"query":"{ session { id userId device reservations token(template: \\"hasura\\") { jwt expiresIn } } }"}'

`);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await stop(routerServer);
  await router.dispose();
  await Promise.all([mintgateServer, devicesServer, inventoryServer].map(stop));
  await mintgate.dispose();
  await clerk.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
whenNpmEnds(() => void end());
