import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { KeyVerdict, ProbeVerdict, SecretKeyList } from '../../src/clerk/secret-keys.ts';
import { type KeyLine, testSecretKeys } from '../support/secret-keys.ts';

const seed = Number(process.env.MINTGATE_MODEL_SEED ?? 20_261_129);
const numRuns = Number(process.env.MINTGATE_MODEL_RUNS ?? 400);
const names = ['alpha', 'bravo', 'charlie', 'delta'] as const;
type Name = (typeof names)[number];

type Command =
  | { readonly kind: 'call' }
  /** Answers one of the requests that Clerk has got, by what Clerk accepts at this moment. */
  | { readonly kind: 'answer'; readonly which: number }
  /** Loses the answer to one of the requests. */
  | { readonly kind: 'lose'; readonly which: number }
  | { readonly kind: 'accept' | 'refuse'; readonly name: Name }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'replace'; readonly list: readonly Name[] };

const name = fc.constantFrom(...names);
const list = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });
const which = fc.nat(20);
const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('call' as const) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('answer' as const), which }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), which }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('accept', 'refuse'), name }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(15) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), list }) },
  ),
  { maxLength: 60 },
);

interface Request {
  readonly key: string;
  readonly isProbe: boolean;
  answer(verdict: KeyVerdict | undefined): void;
}

interface Call {
  readonly used: string[];
  /** The keys that Clerk has accepted, and that were in the list, during the whole call so far. */
  readonly steady: Set<string>;
  readonly lost: { answer: boolean };
}

/** A Clerk that accepts some keys, with requests that wait for an answer. */
function createWorld(first: readonly Name[]) {
  const broken: string[] = [];
  const lines: KeyLine[] = [];
  const requests: Request[] = [];
  const open = new Set<Call>();
  const accepted = new Set<string>(first.slice(-1));
  /** What Clerk has answered about each key, ever, since it came into the list. */
  const answered = new Map<string, Set<KeyVerdict>>();
  const probedAt = new Map<string, number>();
  let present: readonly string[] = first;

  const request = (key: string, isProbe: boolean) =>
    new Promise<KeyVerdict | undefined>((resolve) => requests.push({ key, isProbe, answer: resolve }));
  const hasAnswered = (key: string, verdict: KeyVerdict) => answered.get(key)?.has(verdict) ?? false;

  async function probe(key: string): Promise<ProbeVerdict> {
    const since = Date.now() - (probedAt.get(key) ?? Number.NEGATIVE_INFINITY);
    if (since < 10_000) broken.push(`${key} is probed again after ${since} ms`);
    probedAt.set(key, Date.now());
    return request(key, true);
  }
  const keys = testSecretKeys({ list: first as unknown as SecretKeyList, lines, probe });

  /** Checks that a key may be the first one of a call. */
  function checkFirst(key: string): void {
    const older = present.slice(present.indexOf(key) + 1);
    const early = older.find((one) => !hasAnswered(one, 'refused'));
    if (early !== undefined && !hasAnswered(key, 'accepted'))
      broken.push(`${key} mints before Clerk has accepted it, and ${early} is not refused`);
  }

  function call(): Promise<void> {
    const steady = new Set([...accepted].filter((key) => present.includes(key)));
    const one: Call = { used: [], steady, lost: { answer: false } };
    open.add(one);
    const result = keys.call(async ({ text }) => {
      if (one.used.includes(text)) broken.push(`${text} is used twice in one call`);
      if (one.used.length === 0) checkFirst(text);
      one.used.push(text);
      const verdict = await request(text, false);
      if (verdict === undefined) one.lost.answer = true;
      return { result: verdict, verdict };
    });
    return result.then((verdict) => {
      open.delete(one);
      if (verdict === 'refused' && one.steady.size > 0)
        broken.push(`a call fails after ${one.used}, though Clerk accepts ${[...one.steady]}`);
    });
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }

  async function answer(at: number, isLost = false): Promise<void> {
    const [one] = requests.splice(at % Math.max(1, requests.length), 1);
    if (one === undefined) return;
    const verdict = accepted.has(one.key) ? 'accepted' : 'refused';
    if (!isLost) answered.set(one.key, (answered.get(one.key) ?? new Set()).add(verdict));
    one.answer(isLost ? undefined : verdict);
    await settle();
  }

  async function play(command: Command): Promise<void> {
    switch (command.kind) {
      case 'call':
        void call();
        return settle();
      case 'answer':
        return answer(command.which);
      case 'lose':
        return answer(command.which, true);
      case 'accept':
        return void accepted.add(command.name);
      case 'refuse':
        accepted.delete(command.name);
        for (const { steady } of open) steady.delete(command.name);
        return;
      case 'wait':
        return void vi.advanceTimersByTime(command.seconds * 1_000);
      case 'replace':
        for (const { steady } of open)
          for (const key of present) if (!command.list.includes(key as Name)) steady.delete(key);
        for (const gone of present.filter((key) => !command.list.includes(key as Name))) {
          answered.delete(gone);
          probedAt.delete(gone);
        }
        present = command.list;
        keys.replace(command.list as unknown as SecretKeyList);
    }
  }

  /** Answers everything, and calls until the gateway must have found the newest key that Clerk accepts. */
  async function end(): Promise<void> {
    const drain = async () => {
      while (requests.length > 0) await answer(0);
    };
    await drain();
    for (let round = 0; round < 3; round += 1) {
      vi.advanceTimersByTime(10_000);
      void call();
      await settle();
      await drain();
    }
    if (open.size > 0) broken.push(`${open.size} calls never end`);
    const expected = present.find((key) => accepted.has(key));
    if (expected !== undefined && keys.minting().text !== expected)
      broken.push(`${keys.minting().text} mints, not ${expected}, the newest that Clerk accepts`);
    if (keys.verdict() !== (expected === undefined ? 'refused' : 'accepted'))
      broken.push(`the verdict is ${keys.verdict()}`);
    const said = lines.map(({ message }) => message).join('\n');
    if (names.some((one) => said.includes(one))) broken.push('a key is in the log');
  }
  return { broken, play, end };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('no call fails while Clerk accepts a key of the list, and the newest accepted one comes to mint', async () => {
  await fc.assert(
    fc.asyncProperty(list, commands, async (first, history) => {
      const world = createWorld(first);
      for (const command of history) await world.play(command);
      await world.end();
      expect(world.broken).toEqual([]);
    }),
    { seed, numRuns },
  );
});
