import { afterEach, beforeEach, vi } from 'vitest';
import type { SessionToken } from '../../../scripts/soak/clerk-process.ts';
import { createFleet, join } from '../../../scripts/soak/fleet.ts';
import { instant, type Period } from '../../../scripts/soak/period.ts';
import type { Answered, PlannedRequest } from '../../../scripts/soak/planned-request.ts';
import { createTimeline, type Timeline } from '../../../scripts/soak/timeline.ts';
import { createViolations } from '../../../scripts/soak/violations.ts';
import { createWorld, type Session } from '../../../scripts/soak/world.ts';
import { createForge } from '../../support/tokens.ts';

/** The time at which each test begins, in milliseconds since the epoch. Other times are relative to it. */
export const start = 1_800_000_000_000;

const forge = createForge();

export function useFakeClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: start });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

/** Returns a period. @param from - milliseconds after the start */
export const period = (from: number, to: number): Period => ({ from: start + from, to: start + to });

/** Creates the records of a run without faults and violations. */
export function createRun() {
  const timeline = createTimeline();
  // Never called: the tests fetch no session tokens.
  const world = createWorld(undefined as never, undefined as never);
  return { timeline, violations: createViolations(timeline), world };
}

/** A gateway with the first entry of each secret. */
export function createTarget(fleet = createFleet({ publishableKey: '', apiUrl: '', redisPort: undefined })) {
  const member = join(fleet);
  return { id: member.id, origin: 'http://127.0.0.1', openedAt: Date.now(), member, busy: 0 };
}

/** Records a fault. Its injection and its end take no time. */
export function inject(timeline: Timeline, where: 'clerk' | 'redis', fault: string, during: Period): void {
  vi.setSystemTime(during.from);
  const { heldDuring, end } = timeline.begin(where, fault);
  heldDuring(during);
  vi.setSystemTime(during.to);
  end();
}

const token: SessionToken = {
  jwt: 'none',
  issuedAt: start / 1_000,
  expiresAt: start / 1_000 + 60,
  organizationId: null,
};
const session: Session = {
  ...{ id: 'sess_1', userId: 'user_1', tokenLife: 60, organizationId: null, token },
  renewAt: start + 60_000,
};

/** Plans a request of the session `sess_1` for a token. */
export function planned(template = 'hasura'): PlannedRequest {
  return {
    ...{ kind: 'a request', method: 'POST', path: '/graphql', headers: {}, expected: 'tokens' },
    tokenFields: { t0: { template, fresh: false } },
    bearer: { session, token },
  };
}

/** Creates a template token for that session. @param issuedAt - milliseconds after the start */
export function templateToken(issuedAt: number): string {
  const iat = Math.floor((start + issuedAt) / 1_000);
  return forge.compact(
    { alg: 'RS256', typ: 'JWT' },
    { sub: 'user_1', iat, exp: iat + 60, jti: `jti_${issuedAt}` },
  );
}

/** Returns an answer of gateway 1. @param sentAt - milliseconds after the start @param answeredAt - by default exactly 10 ms later */
export function answer(
  body: object,
  sentAt: number,
  { answeredAt = instant(start + sentAt + 10), gateway = 1, template = 'hasura' } = {},
): Answered {
  return {
    ...{ gateway, answeredAt, planned: planned(template), status: 200 },
    ...{ sentAt: start + sentAt, body: JSON.stringify(body) },
  };
}
