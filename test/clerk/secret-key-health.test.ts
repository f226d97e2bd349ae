import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSecretKeyHealth } from '../../src/clerk/secret-key-health.ts';
import type { KeyVerdict, ProbeVerdict, SecretKeyList } from '../../src/clerk/secret-keys.ts';
import { keyRefusedReason } from '../../src/errors.ts';
import { callWithKeys, testSecretKeys } from '../support/secret-keys.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

/** A health whose calls to Clerk show this verdict about every key, or none. */
function healthWith(answer: () => KeyVerdict | undefined) {
  const secretKeys = testSecretKeys();
  const probe = vi.fn(async () => void (await callWithKeys(secretKeys, answer)));
  const health = createSecretKeyHealth({ secretKeys, refresh: probe, now: () => Date.now() });
  return { health, probe, report: (verdict: KeyVerdict) => callWithKeys(secretKeys, () => verdict) };
}

describe('the health of the secret key', () => {
  test('is probed when nothing is known, and not again once the key is accepted', async () => {
    const { health, probe } = healthWith(() => 'accepted');
    expect(await health.notReadyReason()).toBeUndefined();
    pass(3_600);
    expect(await health.notReadyReason()).toBeUndefined();
    expect(probe).toHaveBeenCalledOnce();
  });

  test('is not probed when an answer of Clerk has shown it', async () => {
    const { health, probe, report } = healthWith(() => 'refused');
    await report('accepted');
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

describe('the health of several secret keys', () => {
  /** A health of keys, each of which Clerk answers with its verdict. */
  function healthOf(list: SecretKeyList, verdicts: Record<string, KeyVerdict>, probed?: ProbeVerdict) {
    const secretKeys = testSecretKeys({ list, probe: (text) => probed ?? verdicts[text] });
    const refresh = vi.fn(async () => void (await callWithKeys(secretKeys, (text) => verdicts[text])));
    return { health: createSecretKeyHealth({ secretKeys, refresh, now: () => Date.now() }), refresh };
  }

  test('is ready while one key is accepted, and warns of a newer one that is refused', async () => {
    const { health, refresh } = healthOf(['new', 'old'], { new: 'refused', old: 'accepted' });
    expect(await health.notReadyReason()).toBeUndefined();
    expect(health.warnings()).toEqual(['Clerk refuses entry 1 of CLERK_SECRET_KEY']);
    expect(refresh).toHaveBeenCalledOnce();
  });

  test('warns of a newer key of another instance', async () => {
    const { health } = healthOf(['new', 'old'], { new: 'accepted', old: 'accepted' }, 'foreign');
    expect(await health.notReadyReason()).toBeUndefined();
    expect(health.warnings()).toEqual(['entry 1 of CLERK_SECRET_KEY is a key of another Clerk instance']);
  });

  test('does not warn of an older key that is refused: it is the end of a rotation', async () => {
    const { health } = healthOf(['new', 'old'], { new: 'accepted', old: 'refused' });
    expect(await health.notReadyReason()).toBeUndefined();
    expect(health.warnings()).toEqual([]);
  });

  test('is not ready when all are refused, and names the entries, not the keys', async () => {
    const verdicts: Record<string, KeyVerdict> = { new: 'refused', old: 'refused' };
    const { health } = healthOf(['new', 'old'], verdicts);
    expect(await health.notReadyReason()).toBe(keyRefusedReason);
    expect(health.warnings()).toEqual([
      'Clerk refuses entry 1 of CLERK_SECRET_KEY',
      'Clerk refuses entry 2 of CLERK_SECRET_KEY',
    ]);
    verdicts.old = 'accepted';
    pass(10);
    expect(await health.notReadyReason()).toBeUndefined();
  });
});
