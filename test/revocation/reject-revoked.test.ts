import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Authenticate } from '../../src/auth/authenticate.ts';
import { rejectRevoked } from '../../src/revocation/reject-revoked.ts';
import { createRevocations } from '../../src/revocation/revocations.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { aCaller } from '../support/engine.ts';

type Authentication = Awaited<ReturnType<Authenticate>>;

const ada: Authentication = { kind: 'authenticated', caller: aCaller({ sid: 'sess_ada', sub: 'user_ada' }) };

const keys = [
  {
    name: (target: string, id: string) => `${target}-${id}`,
    sign: (text: string) => createHash('sha256').update(text).digest('base64url'),
  },
] as const;

function start(outcome: Authentication) {
  const revocations = createRevocations({
    keyRing: () => keys,
    ...{ keepFor: () => 60_000, now: Date.now, monotonicNow },
  });
  const received: unknown[] = [];
  const authenticate = rejectRevoked(async (...args) => {
    received.push(args);
    return outcome;
  }, revocations);
  const request = new Request('https://tokens.example.com/graphql');
  const hostContext = { req: {} };
  return {
    authenticate: () => authenticate(request, hostContext),
    received,
    passedOn: [[request, hostContext]],
    revoke: (id: string) =>
      void revocations.learn([{ effect: 'refuse', target: 'session', id, at: Date.now() / 1000 }]),
  };
}

test('a caller whose session is not revoked is passed through', async () => {
  const { authenticate, received, passedOn, revoke } = start(ada);
  revoke('sess_bob');
  expect(await authenticate()).toBe(ada);
  expect(received).toEqual(passedOn);
});

test('R02 a caller whose session is revoked is refused', async () => {
  const { authenticate, revoke } = start(ada);
  revoke('sess_ada');
  expect(await authenticate()).toEqual({
    kind: 'refused',
    reason: 'the session or its user was revoked',
    caller: ada.kind === 'authenticated' ? ada.caller : undefined,
  });
});

test('a refusal of the wrapped function is passed through', async () => {
  const refused: Authentication = { kind: 'refused', reason: 'expired' };
  const { authenticate, revoke } = start(refused);
  revoke('sess_ada');
  expect(await authenticate()).toBe(refused);
});
