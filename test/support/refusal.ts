import { expect } from 'vitest';
import { readAnswer } from './answer.ts';
import type { useGateways } from './gateway.ts';

type World = ReturnType<typeof useGateways>;

/** Returns the `authorization` header with a new session token of a demo session. */
export async function bearerOf(world: World, session = 'sess_ada'): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await world.clerk.mintSessionToken(session)}` };
}

/** Expects that a request was refused with this status and `BAD_REQUEST`, and caused no request to Clerk. */
export async function expectRefusal(world: World, response: Response, status: number): Promise<void> {
  const { status: actual, data, errors } = await readAnswer(response);
  expect([actual, data, errors[0]?.extensions]).toEqual([status, undefined, { code: 'BAD_REQUEST' }]);
  expect(world.requests()).toBe(0);
}
