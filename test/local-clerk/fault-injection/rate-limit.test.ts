import { describe, expect, test } from 'vitest';
import { startLocalClerk } from '../../../src/local-clerk/index.ts';
import { clerkFailure } from '../clerk-failure.ts';
import { clerkClientFor, useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();
const mint = () => context.clerk.sessions.getToken('sess_ada', 'minimal');
const getUser = () => context.clerk.users.getUser('user_ada');

describe('the rate limit', () => {
  test('refuses what is over it, with the seconds to wait', async () => {
    let now = Date.now();
    const local = await startLocalClerk({ now: () => now, rateLimit: { limit: 2, windowMs: 10_000 } });
    try {
      const { users } = clerkClientFor(local);
      await Promise.all([users.getUser('user_ada'), users.getUser('user_grace')]);
      now += 2_500;
      const failure = await clerkFailure(users.getUser('user_ada'));
      // Seven and a half, rounded up.
      expect(failure).toMatchObject({ status: 429, code: 'too_many_requests', retryAfter: 8 });
    } finally {
      await local.close();
    }
  });

  test('is one budget for all endpoints, and blocks each that ran over for its Retry-After', async () => {
    const { controls } = context.local;
    controls.throttle({ limit: 1, windowMs: 1000, retryAfterSeconds: 7 });
    await mint();
    expect(await clerkFailure(getUser())).toMatchObject({ status: 429, retryAfter: 7 });
    // Past the window, but not past what this endpoint was told.
    controls.advanceClock(2000);
    expect(await clerkFailure(getUser())).toMatchObject({ status: 429 });
    await mint();
    controls.advanceClock(6000);
    await getUser();
  });

  test('does not outlast a clock that is moved back', async () => {
    const { controls } = context.local;
    controls.throttle({ limit: 1, windowMs: 1000 });
    controls.advanceClock(3_600_000);
    await mint();
    controls.advanceClock(-3_600_000);
    await mint();
  });

  test('nor does the block of an endpoint that ran over', async () => {
    const { controls } = context.local;
    controls.throttle({ limit: 1, windowMs: 1000 });
    controls.advanceClock(3_600_000);
    await mint();
    expect(await clerkFailure(mint())).toMatchObject({ status: 429 });
    controls.advanceClock(-3_600_000);
    await mint();
  });

  test('does not count the JWKS', async () => {
    context.local.controls.throttle({ limit: 0, windowMs: 1000 });
    await expect(context.clerk.jwks.getJwks()).resolves.toHaveProperty('keys');
    expect((await fetch(`${context.local.url}/.well-known/jwks.json`)).status).toBe(200);
    expect(await clerkFailure(mint())).toMatchObject({ status: 429 });
  });

  test('ends when told', async () => {
    context.local.controls.throttle({ limit: 0, windowMs: 60_000 });
    await clerkFailure(mint());
    context.local.controls.throttle(false);
    await expect(mint()).resolves.toHaveProperty('jwt');
  });

  test('may be there from the start, and is back after a reset', async () => {
    const local = await startLocalClerk({ rateLimit: { limit: 1, windowMs: 60_000 } });
    try {
      const { users } = clerkClientFor(local);
      await users.getUser('user_ada');
      expect(await clerkFailure(users.getUser('user_ada'))).toMatchObject({ status: 429 });
      local.controls.throttle(false);
      local.controls.reset();
      await users.getUser('user_ada');
      expect(await clerkFailure(users.getUser('user_ada'))).toMatchObject({ status: 429 });
    } finally {
      await local.close();
    }
  });
});
