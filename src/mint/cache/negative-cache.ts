import { LRUCache } from 'lru-cache';
import type { LimitSubject } from '../limits/rate-limit.ts';

/** What Clerk said it does not know, for a short while. */
export interface NegativeCache {
  templateIsUnknown(template: string): boolean;
  rememberTemplate(template: string): void;
  sessionIsOver(sessionId: string): boolean;
  /** @returns `suspicious` when sessions of too many users are refused at once: then the gateway's keys are probably wrong */
  rememberSession(subject: LimitSubject): 'cached' | 'suspicious';
}

/** How long a refusal is remembered, in milliseconds. */
const rememberFor = 10_000;
/** Most users whose sessions may be over within that time. One user may end many sessions, and must not keep those of others. */
const mostUsers = 20;
/** Most templates remembered: with `templates: '*'` a caller may name any. */
const mostTemplates = 1_000;

/** @param now - milliseconds; of a clock that is never set */
export function createNegativeCache(now: () => number): NegativeCache {
  const templates = new LRUCache<string, number>({ max: mostTemplates });
  const sessions = new Map<string, { at: number; userId: string }>();

  function isRecent(at: number | undefined): boolean {
    if (at === undefined) return false;
    const age = now() - at;
    return age >= 0 && age < rememberFor;
  }

  return {
    templateIsUnknown: (template) => isRecent(templates.get(template)),
    rememberTemplate: (template) => void templates.set(template, now()),
    sessionIsOver: (sessionId) => isRecent(sessions.get(sessionId)?.at),
    rememberSession({ sessionId, userId }) {
      for (const [known, { at }] of sessions) if (!isRecent(at)) sessions.delete(known);
      const users = new Set([...sessions.values()].map((known) => known.userId));
      if (!users.has(userId) && users.size >= mostUsers) return 'suspicious';
      sessions.set(sessionId, { at: now(), userId });
      return 'cached';
    },
  };
}
