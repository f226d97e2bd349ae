import type { DemoSession, DemoWorld } from '../../../src/cli/dev/demo-world.ts';

/** Returns a session of Ada, with changes. */
export function demoSession(change: Partial<DemoSession> = {}): DemoSession {
  return {
    id: 'sess_ada',
    userId: 'user_ada',
    userName: 'Ada Lovelace',
    organizationId: null,
    organizationName: null,
    actorName: null,
    organizationRole: null,
    status: 'active',
    actor: null,
    label: '',
    ...change,
  };
}

/** Returns a world of templates with these names, and of sessions. @param sessions - @default one session of Ada */
export function worldOf(templateNames: string[], sessions = [demoSession()]): DemoWorld {
  return {
    sessions,
    templates: templateNames.map((name) => ({ name, lifetime: 60, algorithm: 'RS256' })),
  };
}
