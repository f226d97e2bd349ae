// Runs the page and the gateway on two origins of this machine, with the local Clerk in place of Clerk.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { whenNpmEnds } from '../../../src/cli/end-with-npm.ts';
import { createGateway, createLogger } from '../../../src/index.ts';
import { startLocalClerk } from '../../../src/local-clerk/index.ts';
import { listen, stop } from '../../listen.ts';
import { bundlePage } from './bundle-page.ts';
import { pageServer } from './page-server.ts';
import { revokeSession } from './revoke-session.ts';

const templates = ['hasura', 'short', 'firebase', 'reports'];
const clerk = await startLocalClerk();
const webhookSigningSecret = `whsec_${randomBytes(24).toString('base64')}`;
let gatewayOrigin = '';

const page = createServer(
  pageServer({
    clerk,
    script: await bundlePage(),
    gatewayUrl: () => `${gatewayOrigin}/graphql`,
    // A template that the gateway does not know.
    templates: [...templates, 'unknown'],
    revoke: (id) => revokeSession(clerk, id, `${gatewayOrigin}/webhooks/clerk`, webhookSigningSecret),
  }),
);
const pageOrigin = local(await listen(page, Number(process.env.PORT ?? 3000)));

const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
const gateway = createGateway({
  ...{ secretKey, publishableKey, jwtKey, apiUrl, webhookSigningSecret },
  authorizedParties: [pageOrigin],
  corsOrigins: [pageOrigin],
  templates: {
    ...Object.fromEntries(templates.map((name) => [name, {}])),
    reports: { requires: { permission: 'org:reports:read' }, organizationClaim: 'organization_id' },
  },
  mintBudgetShare: 1,
  logger: createLogger({ level: 'warn' }),
});
const gatewayServer = createServer(gateway);
gatewayOrigin = local(await listen(gatewayServer));

process.stdout.write(`
  The page of a frontend, and a gateway on another origin. Nothing leaves this machine.

  Page         ${pageOrigin}
  Gateway      ${gatewayOrigin}/graphql
  Local Clerk  ${apiUrl}

`);

/** Returns an origin with the name `localhost`, so that the page and the gateway are the same site and cookies reach the gateway. */
function local(origin: string): string {
  return origin.replace('127.0.0.1', 'localhost');
}

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  gateway.drain();
  await Promise.all([stop(page), stop(gatewayServer)]);
  await gateway.dispose();
  await clerk.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
whenNpmEnds(() => void end());
