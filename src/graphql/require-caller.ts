import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { GatewayContext } from './context.ts';

/** @throws `UNAUTHENTICATED` when nobody is signed in */
export async function requireCaller(context: Pick<GatewayContext, 'caller'>): Promise<Caller> {
  const caller = await context.caller();
  if (caller === null) throw gatewayError('UNAUTHENTICATED', { reason: 'no credentials' });
  return caller;
}
