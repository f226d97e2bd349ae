// Runs the local Clerk and a proxy in front of it that can damage the connections. The parent process controls both.
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { layCable } from '../../test/support/cable.ts';
import { answerParent } from '../../test/support/remote.ts';
import { type ClerkFault, clerkFaults } from './clerk-faults.ts';
import { localClerkData } from './configuration.ts';
import { secretText } from './secrets.ts';

/** The session token of a browser. */
export interface SessionToken {
  jwt: string;
  /** Seconds since the epoch. */
  issuedAt: number;
  expiresAt: number;
  organizationId: string | null;
}

const clerk = await startLocalClerk({ data: localClerkData(), secretKey: secretText('secretKey', 0) });
const cable = await layCable(Number(new URL(clerk.url).port));
const { controls } = clerk;
let endFault = async () => {};

const handlers = {
  connection: () => ({
    apiUrl: cable.url,
    publishableKey: clerk.publishableKey,
  }),
  createSession: (userId: string, organizationId: string | null) =>
    controls.createSession({ userId, organizationId }),
  /** Creates a session token. @param life - in seconds; negative for an expired token */
  async sessionToken(sessionId: string, life: number): Promise<SessionToken> {
    const minted = await clerk.mintSessionToken(sessionId);
    const { iat = 0, o, ...claims } = decodeJwt<{ o?: { id?: string } }>(minted);
    const issuedAt = life > 0 ? iat : iat - 600;
    const expiresAt = issuedAt + Math.abs(life);
    const { cat } = decodeProtectedHeader(minted);
    const all = { ...claims, ...(o ? { o } : {}), iat: issuedAt, exp: expiresAt };
    const jwt = await clerk.sign(all, { header: { cat } });
    return { jwt, issuedAt, expiresAt, organizationId: o?.id ?? null };
  },
  switchOrganization: (sessionId: string, organizationId: string | null) =>
    controls.setActiveOrganization(sessionId, organizationId),
  endSession: (sessionId: string, status: 'ended' | 'removed' | 'revoked') =>
    controls.setSessionStatus(sessionId, status),
  addSecretKey: controls.addSecretKey,
  removeSecretKey: controls.removeSecretKey,
  ban: controls.banUser,
  unban: controls.unbanUser,
  async beginFault(name: ClerkFault) {
    const end = await clerkFaults[name](clerk, cable);
    endFault = async () => end();
  },
  async endFault() {
    await endFault();
    endFault = async () => {};
  },
  mintRequests: () => controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}'),
  async close() {
    await Promise.all([cable.close(), clerk.close()]);
    process.disconnect();
  },
};

export type ClerkProcess = typeof handlers;

process.once('disconnect', () => process.exit());
answerParent(handlers);
