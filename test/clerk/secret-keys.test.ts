import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeyVerdict, ProbeVerdict, SecretKeyList } from '../../src/clerk/secret-keys.ts';
import { callWithKeys, type KeyLine, testSecretKeys } from '../support/secret-keys.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1_000);

/** A holder of keys, and a Clerk that gives each key the verdict of a table: `undefined` while it is out of reach. */
function holderOf(list: SecretKeyList, verdicts: Record<string, ProbeVerdict>) {
  const lines: KeyLine[] = [];
  const probes: string[] = [];
  const keys = testSecretKeys({
    list,
    lines,
    probe: (text, reference) => {
      probes.push(text);
      const [verdict, other] = [verdicts[text], verdicts[reference]];
      if (verdict === 'refused' || verdict === undefined) return verdict;
      // Without an answer to the other key, there is nothing to compare the key set with.
      if (other === 'refused' || other === undefined) return undefined;
      return verdict === other ? 'accepted' : 'foreign';
    },
  });
  // Clerk answers a foreign key that the session does not exist.
  const verdictOf = (text: string) => (verdicts[text] === 'foreign' ? 'valid' : verdicts[text]);
  return { keys, lines, probes, verdicts, call: () => callWithKeys(keys, verdictOf) };
}

describe('one secret key', () => {
  test('makes each call once, whatever Clerk answers, without a probe or a line', async () => {
    const { call, verdicts, keys, probes, lines } = holderOf(['only'], { only: 'refused' });
    expect([await call(), await call(), keys.verdict()]).toEqual([['only'], ['only'], 'refused']);
    verdicts.only = 'accepted';
    expect([await call(), keys.verdict(), keys.minting().text]).toEqual([['only'], 'accepted', 'only']);
    expect([probes, lines, keys.problems()]).toEqual([[], [], []]);
  });

  test('is accepted where Clerk accepts it, though no token shows its instance', async () => {
    const { keys } = holderOf(['only'], {});
    await callWithKeys(keys, () => 'valid');
    expect(keys.verdict()).toBe('accepted');
  });
});

describe('a new key before the old one', () => {
  test('the old one mints until Clerk has accepted the new one, which then mints', async () => {
    const { call, keys, lines } = holderOf(['new', 'old'], { new: 'accepted', old: 'accepted' });
    expect(keys.minting().text).toBe('old');
    // The first call begins the probe, and does not wait for it.
    expect([await call(), await call()]).toEqual([['old'], ['new']]);
    expect(lines).toEqual([
      { level: 'info', message: 'Clerk accepts entry 1 of CLERK_SECRET_KEY: it mints from now on' },
    ]);
  });

  test('while Clerk refuses the new one, the old one mints, one line a minute says so, and it is probed every 10 s', async () => {
    const { call, verdicts, lines, probes, keys } = holderOf(['new', 'old'], {
      new: 'refused',
      old: 'accepted',
    });
    for (let second = 0; second < 60; second += 1) {
      expect(await call()).toEqual(['old']);
      pass(1);
    }
    expect(probes).toHaveLength(6);
    expect(lines).toEqual([
      { level: 'error', message: 'Clerk refuses entry 1 of CLERK_SECRET_KEY: entry 2 mints' },
    ]);
    expect([keys.verdict(), keys.problems()]).toEqual([
      'accepted',
      ['Clerk refuses entry 1 of CLERK_SECRET_KEY'],
    ]);
    verdicts.new = 'accepted';
    pass(10);
    expect([await call(), await call(), keys.problems()]).toEqual([['old'], ['new'], []]);
  });

  test('a probe that Clerk does not answer changes nothing, and is repeated after 10 s', async () => {
    const { call, verdicts, probes, lines } = holderOf(['new', 'old'], { old: 'accepted' });
    expect([await call(), await call(), probes]).toEqual([['old'], ['old'], ['new']]);
    verdicts.new = 'accepted';
    pass(9);
    expect([await call(), await call()]).toEqual([['old'], ['old']]);
    pass(1);
    expect([await call(), await call(), probes]).toEqual([['old'], ['new'], ['new', 'new']]);
    expect(lines.map(({ level }) => level)).toEqual(['info']);
  });

  test('a new key of another instance never mints, not even while Clerk refuses the old one', async () => {
    const { call, verdicts, lines, keys } = holderOf(['new', 'old'], { new: 'foreign', old: 'accepted' });
    expect([await call(), await call()]).toEqual([['old'], ['old']]);
    verdicts.old = 'refused';
    expect([await call(), keys.verdict()]).toEqual([['old'], 'refused']);
    expect(lines).toEqual([
      {
        level: 'error',
        message: 'entry 1 of CLERK_SECRET_KEY is a key of another Clerk instance: entry 2 mints',
      },
      { level: 'error', message: 'Clerk refuses entry 2 of CLERK_SECRET_KEY: no entry mints' },
    ]);
  });
});

describe('a refused key that mints', () => {
  test('is followed by the other one in the same call, and is not tried again in it', async () => {
    const { call, lines } = holderOf(['new', 'old'], { new: 'accepted', old: 'refused' });
    expect([await call(), await call()]).toEqual([['old', 'new'], ['new']]);
    expect(lines).toEqual([
      { level: 'warn', message: 'Clerk refuses entry 2 of CLERK_SECRET_KEY: entry 1 mints' },
    ]);
  });

  test('is followed by the old one, when the new one is withdrawn at Clerk, and mints again once accepted', async () => {
    const { call, verdicts } = holderOf(['new', 'old'], { new: 'accepted', old: 'accepted' });
    await call();
    expect(await call()).toEqual(['new']);
    verdicts.new = 'refused';
    expect([await call(), await call()]).toEqual([['new', 'old'], ['old']]);
    verdicts.new = 'accepted';
    pass(10);
    expect([await call(), await call()]).toEqual([['old'], ['new']]);
  });

  test('does not fail a call while any key is accepted, though all were refused a moment ago', async () => {
    const verdicts: Record<string, KeyVerdict> = { a: 'refused', b: 'refused', c: 'refused' };
    const { call, keys } = holderOf(['a', 'b', 'c'], verdicts);
    expect(new Set(await call())).toEqual(new Set(['a', 'b', 'c']));
    expect([keys.verdict(), keys.problems()]).toEqual([
      'refused',
      [1, 2, 3].map((entry) => `Clerk refuses entry ${entry} of CLERK_SECRET_KEY`),
    ]);
    for (const accepted of ['c', 'a', 'b']) {
      Object.assign(verdicts, { a: 'refused', b: 'refused', c: 'refused', [accepted]: 'accepted' });
      expect((await call()).at(-1)).toBe(accepted);
    }
  });
});

describe('while Clerk refuses every key', () => {
  const list = ['a', 'b', 'c', 'd', 'e'] as const;
  const allRefused = () => Object.fromEntries(list.map((key) => [key, 'refused' as const]));

  test('a call costs one call to Clerk, not one for each key', async () => {
    const { call } = holderOf(list, allRefused());
    expect(new Set(await call())).toEqual(new Set(list));
    const used: string[] = [];
    for (let at = 0; at < 9; at += 1) used.push(...(await call()));
    expect(used).toHaveLength(9);
    expect(new Set(used)).toEqual(new Set(list));
  });

  test('every key is tried again after 10 s', async () => {
    const { call, verdicts } = holderOf(list, allRefused());
    await call();
    pass(9);
    expect(await call()).toHaveLength(1);
    pass(1);
    verdicts.a = 'accepted';
    expect((await call()).at(-1)).toBe('a');
  });

  test.each(list)('the key %s is found again within five calls, once Clerk accepts it', async (key) => {
    const { call, verdicts, keys } = holderOf(list, allRefused());
    await call();
    verdicts[key] = 'accepted';
    for (let at = 0; at < list.length; at += 1) await call();
    expect([keys.verdict(), keys.minting().text]).toEqual(['accepted', key]);
  });

  test('a rotation loses no call, though Clerk has refused the new key a moment ago', async () => {
    const { call, verdicts } = holderOf(['new', 'old'], { new: 'refused', old: 'accepted' });
    await call();
    Object.assign(verdicts, { new: 'accepted', old: 'refused' });
    expect([await call(), await call()]).toEqual([['old', 'new'], ['new']]);
  });
});

describe('a key of another instance', () => {
  const ofTwo = () => holderOf(['foreign', 'old'], { foreign: 'foreign', old: 'accepted' });
  const foreignProblem = 'entry 1 of CLERK_SECRET_KEY is a key of another Clerk instance';

  test('does not mint after a reload while Clerk refuses the old key for a moment', async () => {
    const { call, verdicts, keys } = ofTwo();
    await call();
    verdicts.old = 'refused';
    await call();
    keys.replace(['foreign', 'old']);
    expect([await call(), keys.verdict()]).toEqual([['old'], 'refused']);
    expect(keys.problems()).toContain(foreignProblem);
    verdicts.old = 'accepted';
    expect([await call(), keys.verdict(), keys.problems()]).toEqual([['old'], 'accepted', [foreignProblem]]);
  });

  test('is not accepted by answers without a token, though Clerk refuses the old key first', async () => {
    const { call, verdicts, keys } = ofTwo();
    verdicts.old = 'refused';
    expect(await call()).toEqual(['old', 'foreign']);
    expect([keys.verdict(), keys.problems()]).toEqual([
      undefined,
      ['Clerk refuses entry 2 of CLERK_SECRET_KEY'],
    ]);
    verdicts.old = 'accepted';
    pass(10);
    await call();
    expect([await call(), keys.verdict(), keys.problems()]).toEqual([['old'], 'accepted', [foreignProblem]]);
  });

  test('is found by a token that an older key has minted before', async () => {
    const { call, verdicts, keys } = holderOf(['old'], { foreign: 'foreign', old: 'accepted' });
    await call();
    verdicts.old = 'refused';
    keys.replace(['old', 'foreign']);
    expect(await call()).toEqual(['old', 'foreign']);
    verdicts.old = 'accepted';
    pass(10);
    await call();
    expect([await call(), keys.verdict()]).toEqual([['old'], 'accepted']);
  });
});

describe('an answer that arrives late', () => {
  test('does not undo what a later attempt has shown', async () => {
    const { keys } = holderOf(['only'], {});
    const late = Promise.withResolvers<void>();
    const lost = keys.call(async () => {
      await late.promise;
      return { result: undefined, verdict: 'refused' };
    });
    await callWithKeys(keys, () => 'accepted');
    late.resolve();
    await lost;
    expect(keys.verdict()).toBe('accepted');
  });
});

describe('a replaced list', () => {
  test('keeps what is known about keys that stay', async () => {
    const { call, keys, verdicts } = holderOf(['old'], { new: 'accepted', old: 'accepted' });
    await call();
    keys.replace(['new', 'old']);
    expect([keys.verdict(), keys.minting().text]).toEqual(['accepted', 'old']);
    await keys.probe();
    expect(await call()).toEqual(['new']);
    keys.replace(['new']);
    verdicts.new = undefined;
    expect([await call(), keys.verdict()]).toEqual([['new'], 'accepted']);
  });

  test('serves a call that began before it, with a key of after it', async () => {
    const { keys } = holderOf(['old'], {});
    const used: string[] = [];
    const result = await keys.call(async ({ text }) => {
      used.push(text);
      if (text === 'old') keys.replace(['new']);
      return { result: text, verdict: text === 'old' ? 'refused' : 'accepted' };
    });
    expect([result, used, keys.verdict()]).toEqual(['new', ['old', 'new'], 'accepted']);
  });

  test('compares a foreign key again, because the key that it was compared with may be gone', async () => {
    const { call, keys, verdicts } = holderOf(['new', 'old'], { new: 'foreign', old: 'accepted' });
    await call();
    keys.replace(['new']);
    expect([await call(), keys.problems()]).toEqual([['new'], []]);
    verdicts.new = 'accepted';
    expect(keys.minting().text).toBe('new');
  });

  test('tries a repeated key once', async () => {
    const { call } = holderOf(['same', 'same'], { same: 'refused' });
    expect(await call()).toEqual(['same']);
  });
});
