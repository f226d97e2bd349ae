import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSecretKeyHealth, type KeyVerdict } from '../../src/clerk/secret-key-health.ts';
import { keyRefusedReason } from '../../src/errors.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

/** A health whose probe reports this verdict, or none. */
function healthWith(answer: () => KeyVerdict | undefined) {
  const probe = vi.fn(async () => {
    const verdict = answer();
    if (verdict) health.report(verdict);
  });
  const health = createSecretKeyHealth({ probe, now: () => Date.now() });
  return { health, probe };
}

describe('the health of the secret key', () => {
  test('tells whether the key is accepted, without asking Clerk', () => {
    const { health, probe } = healthWith(() => 'accepted');
    expect(health.isAccepted()).toBeUndefined();
    health.report('refused');
    expect(health.isAccepted()).toBe(false);
    health.report('accepted');
    expect(health.isAccepted()).toBe(true);
    expect(probe).not.toHaveBeenCalled();
  });

  test('is probed when nothing is known, and not again once the key is accepted', async () => {
    const { health, probe } = healthWith(() => 'accepted');
    expect(await health.notReadyReason()).toBeUndefined();
    pass(3_600);
    expect(await health.notReadyReason()).toBeUndefined();
    expect(probe).toHaveBeenCalledOnce();
  });

  test('is not probed when an answer of Clerk has shown it', async () => {
    const { health, probe } = healthWith(() => 'refused');
    health.report('accepted');
    expect(await health.notReadyReason()).toBeUndefined();
    expect(probe).not.toHaveBeenCalled();
  });

  test('is not ready while the key is refused, and probed again after 10 s', async () => {
    let verdict: KeyVerdict = 'refused';
    const { health, probe } = healthWith(() => verdict);
    expect(await health.notReadyReason()).toBe(keyRefusedReason);
    verdict = 'accepted';
    pass(9);
    expect(await health.notReadyReason()).toBe(keyRefusedReason);
    expect(probe).toHaveBeenCalledOnce();
    pass(1);
    expect(await health.notReadyReason()).toBeUndefined();
  });

  test('is ready while Clerk does not answer the probe, which is repeated after 10 s', async () => {
    const { health, probe } = healthWith(() => undefined);
    for (const seconds of [0, 9, 1]) {
      pass(seconds);
      expect(await health.notReadyReason()).toBeUndefined();
    }
    expect(probe).toHaveBeenCalledTimes(2);
  });

  test('is probed again when the clock has jumped back', async () => {
    const { health, probe } = healthWith(() => 'refused');
    await health.notReadyReason();
    pass(-3_600);
    await health.notReadyReason();
    expect(probe).toHaveBeenCalledTimes(2);
  });
});
