import type { Caller } from '../auth/caller.ts';
import { clockSkewSeconds } from '../auth/session-claims.ts';

/** Whom a revocation is about. */
export type Subject = 'session' | 'user' | 'organization';

/** What has been taken back. */
export interface Revocation {
  /**
   * `refuse`: session tokens are not accepted any more: a session's never again, a user's when they were issued up to `at`.
   * `drop`: held tokens issued up to `at` are not handed out any more.
   */
  effect: 'refuse' | 'drop';
  subject: Subject;
  /** The subject's id at Clerk. */
  id: string;
  /** The moment, by Clerk's clock, in seconds since the epoch. */
  at: number;
}

/** When a token was minted, in two ways. */
export interface MintMoment {
  /** When its mint began, in the order of this process. */
  order: number;
  /** Its `iat`; infinite for one that is not minted yet. */
  issuedAt: number;
}

/** Everything that has been taken back lately, as far as this process knows. */
export interface Revocations {
  /** A number that is greater than every one before: the order of mints and revocations in this process. */
  tick(): number;
  /** Whether session tokens of this caller are refused. */
  refuses(caller: Caller): boolean;
  /** Whether a token of this caller must not be handed out, or joined while it is minted. */
  voids(caller: Caller, moment: MintMoment): boolean;
  /** Takes note in this process. @returns the texts by which other processes learn the same */
  learn(revocations: readonly Revocation[]): string[];
  /** Takes note of a text of another process; anything that is none is ignored. */
  learnText(text: string): void;
  /** The texts of everything that still counts. */
  texts(): string[];
  /** Has a listener called soon after something new has become known. @returns ends that */
  watch(listener: () => void): () => void;
}

export interface RevocationsOptions {
  /** Hides an id: what leaves the process holds none. */
  nameOf: (subject: Subject, id: string) => string;
  /** Signs a text: what comes in cannot be made up, nor turned into something else, without the key. */
  sign: (text: string) => string;
  /** How long a revocation counts, in milliseconds: as long as anything that it is about may live. */
  keepFor: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
}

/** A revocation as it is kept. */
interface Noted {
  at: number;
  /** When it became known, anywhere; in milliseconds since the epoch. */
  since: number;
  /** When it is forgotten, by the clock of `monotonicNow`. */
  until: number;
  /** When it became known here, in the order of this process. */
  order: number;
}

/** Effect, subject and name; `at`, `since`; the signature of all that. */
const form =
  /^(((?:refuse|drop):(?:session|user|organization):[\w-]{1,64}):(\d{1,12}(?:\.\d{1,6})?):(\d{1,15})):([\w-]{16,64})$/;

/** Keeps revocations for a time, and answers for callers and their tokens. */
export function createRevocations(options: RevocationsOptions): Revocations {
  const { nameOf, sign, keepFor, now, monotonicNow } = options;
  // In the order in which they came, so that the oldest is found first.
  const noted = new Map<string, Noted>();
  const names = new WeakMap<Caller, Record<Subject, string>>();
  const listeners = new Set<() => void>();
  let order = 0;
  let telling = false;

  /** Once for many that become known together. */
  function tell(): void {
    if (telling || listeners.size === 0) return;
    telling = true;
    queueMicrotask(() => {
      telling = false;
      for (const listener of [...listeners]) listener();
    });
  }

  function namesOf(caller: Caller): Record<Subject, string> {
    const known = names.get(caller);
    if (known) return known;
    const { sessionId, userId, organizationId } = caller;
    const made = {
      session: `session:${nameOf('session', sessionId)}`,
      user: `user:${nameOf('user', userId)}`,
      organization: organizationId === null ? '' : `organization:${nameOf('organization', organizationId)}`,
    };
    names.set(caller, made);
    return made;
  }

  function find(key: string): Noted | undefined {
    const found = noted.get(key);
    return found && monotonicNow() < found.until ? found : undefined;
  }

  // A moment of the far future would refuse whatever comes, and one that is written as 1e+297 is no text of a revocation.
  function plausible(at: number): number {
    return Math.min(at, now() / 1000 + clockSkewSeconds);
  }

  // Counted from when it became known first, so that instances that tell each other do not keep it alive for ever.
  function lifeLeft(since: number): number {
    return keepFor - Math.max(0, now() - since);
  }

  function note(key: string, at: number, since: number): void {
    for (const [oldest, known] of noted) {
      if (monotonicNow() < known.until) break;
      noted.delete(oldest);
    }
    order += 1;
    const before = find(key);
    const latest = Math.min(now(), Math.max(since, before?.since ?? 0));
    noted.delete(key);
    noted.set(key, {
      at: Math.max(plausible(at), before?.at ?? 0),
      since: latest,
      until: Math.max(monotonicNow() + lifeLeft(latest), before?.until ?? 0),
      order,
    });
    tell();
  }

  function text(key: string, { at, since }: Pick<Noted, 'at' | 'since'>): string {
    const unsigned = `${key}:${at.toFixed(3)}:${since}`;
    return `${unsigned}:${sign(unsigned)}`;
  }

  return {
    tick: () => {
      order += 1;
      return order;
    },
    refuses(caller) {
      if (noted.size === 0) return false;
      const { session, user } = namesOf(caller);
      if (find(`refuse:${session}`)) return true;
      const banned = find(`refuse:${user}`);
      return banned !== undefined && caller.claims.iat <= banned.at;
    },
    voids(caller, moment) {
      if (noted.size === 0) return false;
      const { session, user, organization } = namesOf(caller);
      return [
        `refuse:${session}`,
        `refuse:${user}`,
        `drop:${session}`,
        `drop:${user}`,
        `drop:${organization}`,
      ]
        .map(find)
        .some((found) => found && (found.order > moment.order || found.at >= moment.issuedAt));
    },
    learn(revocations) {
      return revocations.map(({ effect, subject, id, at: said }) => {
        const at = plausible(said);
        const key = `${effect}:${subject}:${nameOf(subject, id)}`;
        const since = now();
        note(key, at, since);
        return text(key, { at, since });
      });
    },
    learnText(message) {
      const [, unsigned = '', key = '', at, since, signature] = form.exec(message) ?? [];
      if (at === undefined || lifeLeft(Number(since)) <= 0) return;
      const known = find(key);
      // Read again now and then: what is known already makes nothing new void.
      if (known && known.at >= Number(at)) return;
      if (sign(unsigned) === signature) note(key, Number(at), Number(since));
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    texts: () =>
      [...noted].filter(([, { until }]) => monotonicNow() < until).map(([key, known]) => text(key, known)),
  };
}
