import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { GatewayOptions } from '../../src/index.ts';
import { demoData, type LocalClerkData } from '../../src/local-clerk/index.ts';
import type { SubgraphHeaders } from './apollo-router.ts';
import type { TestGateway, useGateways } from './gateway.ts';
import { serveGateway } from './serve-gateway.ts';

/** Creates a secret for the path of the coprocessor. */
export const newCoprocessorSecret = () => randomBytes(32).toString('base64url');

/** Two subgraphs with a token of their own audience. All others receive none. */
export const subgraphs = {
  inventory: { template: 'inventory' },
  billing: { template: 'billing', header: 'x-billing-token' },
} as const;

/** Returns the data of a Clerk instance with the templates of the two subgraphs, and this many users with a session each. */
export function subgraphData(users: number): LocalClerkData {
  const ids = Array.from({ length: users }, (_, at) => at);
  const demo = demoData();
  return {
    ...demo,
    users: [...(demo.users ?? []), ...ids.map((at) => ({ id: `user_${at}` }))],
    sessions: [...(demo.sessions ?? []), ...ids.map((at) => ({ id: `sess_${at}`, user_id: `user_${at}` }))],
    jwt_templates: [
      { name: 'inventory', claims: { aud: 'inventory' } },
      { name: 'billing', claims: { aud: 'billing' } },
      { name: 'forbidden', claims: {} },
    ],
  };
}

/** A gateway with a coprocessor over a real socket. */
export interface CoprocessorGateway {
  readonly gateway: TestGateway;
  readonly options: Partial<GatewayOptions>;
  /** The URL of the coprocessor with its first secret. */
  readonly url: string;
  /** Returns the URL with any text in the place of the secret. */
  readonly urlWith: (secret: string) => string;
}

/** Creates helpers for gateways that answer Apollo Router. */
export function useCoprocessors(world: ReturnType<typeof useGateways>) {
  const secret = newCoprocessorSecret();
  return {
    secret,
    /** Starts a gateway with the two subgraphs, behind a server of node:http. */
    async start(more: Partial<GatewayOptions> = {}, users = 1): Promise<CoprocessorGateway> {
      world.clerk.replaceData(subgraphData(users));
      const templates = {
        inventory: {},
        billing: {},
        forbidden: { requires: { role: 'org:admin' }, organizationClaim: 'org' },
        missing: {},
      };
      const options = { templates, subgraphs, coprocessorSecret: secret, ...more };
      const gateway = world.start(options);
      const served = await serveGateway(gateway);
      const urlWith = (text: string) => new URL(`/coprocessor/apollo/${text}`, served.url).href;
      return { gateway, options, url: urlWith(secret), urlWith };
    },
    /** Returns the headers of a signed-in caller, as the router propagates them. */
    async signedIn(session: string): Promise<SubgraphHeaders> {
      return { authorization: [`Bearer ${await world.clerk.mintSessionToken(session)}`] };
    },
  };
}

/** Returns audience and user of the token in a header. */
export function tokenIn(header: string | undefined): [audience: unknown, user: unknown] {
  const { aud, sub } = decodeJwt((header ?? '').replace(/^Bearer /, ''));
  return [aud, sub];
}
