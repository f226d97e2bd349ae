import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AnswerVerdict, ProbeVerdict, SecretKeyList } from '../../src/clerk/secret-keys.ts';
import { type KeyLine, testSecretKeys } from '../support/secret-keys.ts';

const seed = Number(process.env.MINTGATE_MODEL_SEED ?? 20_261_129);
const numRuns = Number(process.env.MINTGATE_MODEL_RUNS ?? 400);
/** The last one is of another Clerk instance. */
const names = ['alpha', 'bravo', 'charlie', 'delta', 'foreign'] as const;
const isForeign = (key: string) => key === 'foreign';
type Name = (typeof names)[number];

type Command =
  | { readonly kind: 'call' }
  /** Answers one of the requests that Clerk has got, by what Clerk accepts at this moment. */
  | { readonly kind: 'answer'; readonly which: number }
  /** Answers one of the requests without a token: the session has ended. */
  | { readonly kind: 'end'; readonly which: number }
  /** Loses the answer to one of the requests. */
  | { readonly kind: 'lose'; readonly which: number }
  | { readonly kind: 'accept' | 'refuse'; readonly name: Name }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'replace'; readonly list: readonly Name[] };

const name = fc.constantFrom(...names);
// With a foreign key as the oldest one, nothing tells which of the two instances is the right one.
const list = fc
  .uniqueArray(name, { minLength: 1, maxLength: 5 })
  .filter((keys) => keys.length === 1 || !isForeign(keys.at(-1) as Name));
const which = fc.nat(20);
const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('call' as const) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('answer' as const), which }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('end', 'lose'), which }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('accept', 'refuse'), name }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(15) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), list }) },
  ),
  { maxLength: 60 },
);

type Verdict = AnswerVerdict | ProbeVerdict;

interface Request {
  readonly key: string;
  /** The key that a probe compares with. */
  readonly reference: string | undefined;
  answer(verdict: Verdict): void;
}

interface Call {
  readonly used: string[];
  readonly startedAt: number;
  /** Clerk had refused every key of the list when the call began. */
  readonly isOutOfKeys: boolean;
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
  const answered = new Map<string, Set<Verdict>>();
  const refusedAt = new Map<string, number>();
  const probedAt = new Map<string, number>();
  let present: readonly string[] = first;

  const request = <T extends Verdict>(key: string, reference?: string) =>
    new Promise<T>((resolve) =>
      requests.push({ key, reference, answer: resolve as (verdict: Verdict) => void }),
    );
  const hasAnswered = (key: string, verdict: Verdict) => answered.get(key)?.has(verdict) ?? false;

  async function probe(key: string, reference: string): Promise<ProbeVerdict> {
    const since = Date.now() - (probedAt.get(key) ?? Number.NEGATIVE_INFINITY);
    if (since < 10_000) broken.push(`${key} is probed again after ${since} ms`);
    probedAt.set(key, Date.now());
    return request<ProbeVerdict>(key, reference);
  }
  const keys = testSecretKeys({ list: first as unknown as SecretKeyList, lines, probe });

  /** Checks that a key may be the first one of a call. */
  function checkFirst(key: string): void {
    const older = present.slice(present.indexOf(key) + 1).filter((one) => !isForeign(one));
    const early = older.find((one) => !hasAnswered(one, 'refused'));
    if (early !== undefined && !hasAnswered(key, 'accepted'))
      broken.push(`${key} mints before Clerk has accepted it, and ${early} is not refused`);
  }

  function call(): Promise<void> {
    const steady = new Set([...accepted].filter((key) => present.includes(key) && !isForeign(key)));
    const isOutOfKeys = keys.verdict() === 'refused';
    const one: Call = { used: [], startedAt: Date.now(), isOutOfKeys, steady, lost: { answer: false } };
    open.add(one);
    const result = keys.call(async ({ text }) => {
      if (one.used.includes(text)) broken.push(`${text} is used twice in one call`);
      if (one.used.length === 0) checkFirst(text);
      one.used.push(text);
      const verdict = await request<AnswerVerdict | undefined>(text);
      if (verdict === undefined) one.lost.answer = true;
      return { result: verdict, verdict };
    });
    return result.then((verdict) => {
      open.delete(one);
      const untried = [...one.steady].filter((key) => !mayLeaveOut(one, key));
      if (verdict === 'refused' && untried.length > 0)
        broken.push(`a call fails after ${one.used}, though Clerk accepts ${untried}`);
    });
  }

  /** While Clerk refuses every key, a call need not try those that it refused less than 10 s ago. */
  function mayLeaveOut({ isOutOfKeys, startedAt }: Call, key: string): boolean {
    return isOutOfKeys && (refusedAt.get(key) ?? Number.NEGATIVE_INFINITY) > startedAt - 10_000;
  }

  /** Returns what Clerk answers to a request at this moment. */
  function verdictOn({ key, reference }: Request, hasSession: boolean): Verdict {
    if (!accepted.has(key)) return 'refused';
    if (reference === undefined) return hasSession && !isForeign(key) ? 'accepted' : 'valid';
    if (!accepted.has(reference)) return undefined;
    return isForeign(key) === isForeign(reference) ? 'accepted' : 'foreign';
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }

  async function answer(at: number, { isLost = false, hasSession = true } = {}): Promise<void> {
    const [one] = requests.splice(at % Math.max(1, requests.length), 1);
    if (one === undefined) return;
    const verdict = verdictOn(one, hasSession);
    if (!isLost && verdict === 'refused') refusedAt.set(one.key, Date.now());
    if (!isLost) answered.set(one.key, (answered.get(one.key) ?? new Set()).add(verdict));
    one.answer(isLost ? undefined : verdict);
    await settle();
    if (present.length > 1 && isForeign(keys.minting().text) && keys.verdict() === 'accepted')
      broken.push('a foreign key counts as accepted');
  }

  async function play(command: Command): Promise<void> {
    switch (command.kind) {
      case 'call':
        void call();
        return settle();
      case 'answer':
        return answer(command.which);
      case 'lose':
        return answer(command.which, { isLost: true });
      case 'end':
        return answer(command.which, { hasSession: false });
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
          refusedAt.delete(gone);
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
    for (let round = 0; round < 6; round += 1) {
      vi.advanceTimersByTime(10_000);
      void call();
      await settle();
      await drain();
    }
    if (open.size > 0) broken.push(`${open.size} calls never end`);
    checkEnd();
    const said = lines.map(({ message }) => message).join('\n');
    if (names.some((one) => said.includes(one))) broken.push('a key is in the log');
  }

  function checkEnd(): void {
    const expected = present.find((key) => accepted.has(key) && (!isForeign(key) || present.length === 1));
    const minting = keys.minting().text;
    // Without an accepted key that is older, the foreign one counts as the right one unless it has been compared before.
    const older = present.slice(present.indexOf(minting) + 1);
    if (isForeign(minting) && !older.some((key) => accepted.has(key)) && present.length > 1) return;
    if (expected !== undefined && minting !== expected)
      broken.push(`${minting} mints, not ${expected}, the newest that Clerk accepts`);
    if (keys.verdict() !== (expected === undefined ? 'refused' : 'accepted'))
      broken.push(`the verdict is ${keys.verdict()}`);
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
