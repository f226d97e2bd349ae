/** A session of the local Clerk. */
export interface KnownSession {
  id: string;
  userId: string;
  organizationId: string | null;
}

/** A session as Clerk's script has it. */
interface BrowserSession {
  id: string;
  getToken(options?: { skipCache?: boolean }): Promise<string>;
}

/** The resources that Clerk's script reports to its listeners; undefined while they change. */
interface Resources {
  client: object;
  session: BrowserSession | null | undefined;
  user: object | null | undefined;
  organization: object | null | undefined;
}

/** A stand-in for Clerk's script in a browser: the part that `@clerk/react` uses for `useAuth`. */
export interface BrowserClerk {
  loaded: boolean;
  readonly status: string;
  session: BrowserSession | null | undefined;
  __internal_lastEmittedResources: Resources | undefined;
  load(): Promise<void>;
  on(event: 'status', listener: (status: string) => void, options?: { notify?: boolean }): void;
  off(): void;
  addListener(listener: (resources: Resources) => void): () => void;
  signOut(): void;
  /** Signs in a session by its id, which React does not learn yet. */
  switchUnnoticed(id: string): void;
  /** Signs in a session by its id, or switches its organization. */
  setActive(change: { session: string; organization?: string | null }): Promise<void>;
}

/**
 * Creates the stand-in.
 *
 * @param sessions - the sessions of the local Clerk
 * @param first - the id of the session that is signed in once the script has loaded; null for none
 */
export function browserClerk(sessions: readonly KnownSession[], first: string | null): BrowserClerk {
  const listeners = new Set<(resources: Resources) => void>();
  const sessionOf = (id: string | null) => sessions.find((session) => session.id === id);

  function emit(resources: Omit<Resources, 'client'>): void {
    clerk.session = resources.session;
    clerk.__internal_lastEmittedResources = { client: {}, ...resources };
    for (const listener of listeners) listener(clerk.__internal_lastEmittedResources);
  }

  const clerk: BrowserClerk = {
    loaded: false,
    get status() {
      return clerk.loaded ? 'ready' : 'loading';
    },
    session: undefined,
    __internal_lastEmittedResources: undefined,
    async load() {
      clerk.loaded = true;
      const session = sessionOf(first);
      emit(session ? resourcesOf(session) : signedOut);
    },
    on(_event, listener, options) {
      if (options?.notify) listener(clerk.status);
    },
    off() {},
    addListener(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signOut: () => emit(signedOut),
    switchUnnoticed(id) {
      const session = sessionOf(id);
      clerk.session = session && resourcesOf(session).session;
    },
    async setActive({ session: id, organization }) {
      const session = sessionOf(id);
      if (!session) throw new Error(`There is no session ${id}.`);
      // As Clerk's script does: nothing is known while the session changes.
      emit(changing);
      const change = organization === undefined ? session : { ...session, organizationId: organization };
      if (organization !== undefined) await post(`/organization?session=${id}&to=${organization ?? ''}`);
      emit(resourcesOf(change));
    },
  };
  return clerk;
}

const signedOut = { session: null, user: null, organization: null };
const changing = { session: undefined, user: undefined, organization: undefined };

function resourcesOf({ id, userId, organizationId }: KnownSession): Omit<Resources, 'client'> {
  const organization = organizationId === null ? null : { id: organizationId, slug: null };
  const memberships = organization ? [{ organization, role: 'org:member', permissions: [] }] : [];
  let held: Promise<string> | undefined;
  const session = {
    ...{ id, status: 'active', actor: null, factorVerificationAge: null },
    lastActiveToken: { jwt: { claims: {} } },
    getToken({ skipCache = false } = {}) {
      if (skipCache) held = undefined;
      held ??= post(`/dev/sessions/${id}/token`);
      return held;
    },
  };
  return { user: { id: userId, organizationMemberships: memberships }, organization, session };
}

async function post(path: string): Promise<string> {
  const response = await fetch(path, { method: 'POST' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
}
