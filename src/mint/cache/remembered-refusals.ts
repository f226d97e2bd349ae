import { LRUCache } from 'lru-cache';

/** What Clerk said it does not know, for a short while. */
export interface RememberedRefusals {
  templateIsUnknown(template: string): boolean;
  rememberTemplate(template: string): void;
  sessionIsOver(sessionId: string): boolean;
  /** @returns whether Clerk is believed: too many sessions at once point at the operator's set-up */
  rememberSession(sessionId: string): 'believed' | 'doubted';
}

/** How long a refusal is remembered, in milliseconds. */
const rememberFor = 10_000;
/** Most sessions that may be over within that time. */
const mostSessions = 20;
/** Most templates remembered: with `templates: '*'` a caller may name any. */
const mostTemplates = 1_000;

/** @param now - milliseconds; of a clock that is never set */
export function rememberedRefusals(now: () => number): RememberedRefusals {
  const templates = new LRUCache<string, number>({ max: mostTemplates });
  const sessions = new Map<string, number>();

  function isRecent(at: number | undefined): boolean {
    if (at === undefined) return false;
    const age = now() - at;
    return age >= 0 && age < rememberFor;
  }

  return {
    templateIsUnknown: (template) => isRecent(templates.get(template)),
    rememberTemplate: (template) => void templates.set(template, now()),
    sessionIsOver: (sessionId) => isRecent(sessions.get(sessionId)),
    rememberSession(sessionId) {
      for (const [known, at] of sessions) if (!isRecent(at)) sessions.delete(known);
      if (!sessions.has(sessionId) && sessions.size >= mostSessions) return 'doubted';
      sessions.set(sessionId, now());
      return 'believed';
    },
  };
}
