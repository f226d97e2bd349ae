import type { DemoSession, DemoWorld } from '../../../src/cli/dev/demo-world.ts';

/** A session of Ada's, with some things otherwise. */
export function demoSession(change: Partial<DemoSession> = {}): DemoSession {
  return {
    id: 'sess_ada',
    userId: 'user_ada',
    userName: 'Ada Lovelace',
    organizationId: null,
    organizationName: null,
    organizationRole: null,
    status: 'active',
    actor: null,
    label: '',
    ...change,
  };
}

/** A world of one session and of templates with these names. */
export function worldOf(templateNames: string[], sessions = [demoSession()]): DemoWorld {
  return {
    sessions,
    templates: templateNames.map((name) => ({ name, lifetime: 60, signedWith: 'RS256' })),
  };
}
