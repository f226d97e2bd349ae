import { LRUCache } from 'lru-cache';
import type { LimitSubject } from '../limits/rate-limit.ts';

/** Remembers for 10 s which templates Clerk does not know and which sessions have ended. */
export interface NegativeCache {
  isTemplateUnknown(template: string): boolean;
  addTemplate(template: string): void;
  clearTemplates(): void;
  hasSessionEnded(sessionId: string): boolean;
  /**
   * Caches that a session has ended, unless that is suspicious.
   *
   * @returns `suspicious` where Clerk refuses sessions of too many users at once: then the gateway's keys are probably wrong
   */
  addSession(subject: LimitSubject): 'cached' | 'suspicious';
}

/** How long an entry is valid, in milliseconds. */
const timeToLive = 10_000;
/** Maximum number of users with ended sessions in the cache. Users count, not sessions: one user may end many sessions at once. */
const maxUsers = 20;
/** Maximum number of unknown templates in the cache: with `templates: '*'` a caller may name any. */
const maxTemplates = 1_000;

/** Creates an empty negative cache. @param monotonicNow - monotonic clock, in milliseconds */
export function createNegativeCache(monotonicNow: () => number): NegativeCache {
  const templates = new LRUCache<string, number>({ max: maxTemplates });
  const sessions = new Map<string, { at: number; userId: string }>();

  function isCurrent(at: number | undefined): boolean {
    return at !== undefined && monotonicNow() - at < timeToLive;
  }

  return {
    isTemplateUnknown: (template) => isCurrent(templates.get(template)),
    addTemplate: (template) => void templates.set(template, monotonicNow()),
    clearTemplates: () => templates.clear(),
    hasSessionEnded: (sessionId) => isCurrent(sessions.get(sessionId)?.at),
    addSession({ sessionId, userId }) {
      for (const [known, { at }] of sessions) if (!isCurrent(at)) sessions.delete(known);
      const users = new Set([...sessions.values()].map((known) => known.userId));
      if (!users.has(userId) && users.size >= maxUsers) return 'suspicious';
      sessions.set(sessionId, { at: monotonicNow(), userId });
      return 'cached';
    },
  };
}
