import { z } from 'zod';
import { sessionStatus } from '../data/session-schema.ts';
import { parameterInvalid, sessionNotFound, userBanned, userNotFound } from '../errors/error-catalog.ts';
import { serializeSession } from '../serializers/session.ts';
import { createSession } from '../store/create-session.ts';
import { findMembership } from '../store/lookups.ts';
import { isSignedIn, type Session } from '../store/session.ts';
import { type Store, statusOf } from '../store/store.ts';
import { type Handler, pathParameter } from './handler.ts';
import { newestFirst, pageOf } from './list.ts';
import { flag, page, readBody, readQuery } from './read-request.ts';

const listQuery = z.strictObject({
  client_id: z.string().optional(),
  user_id: z.string().optional(),
  status: sessionStatus.optional(),
  paginated: flag,
  ...page,
});

const createBody = z.object({ user_id: z.string(), active_organization_id: z.string().optional() });

/** `GET /v1/sessions`: a plain list, or a page with its total for `paginated=true`. */
export const listSessions: Handler = (c, { store, clock }) => {
  const query = readQuery(c, listQuery);
  const now = clock.now();
  const found = newestFirst(store.sessions.values()).filter(
    (session) =>
      (query.client_id === undefined || session.client_id === query.client_id) &&
      (query.user_id === undefined || session.user_id === query.user_id) &&
      (query.status === undefined || statusOf(store, session, now) === query.status),
  );
  const data = pageOf(found, query).map((session) => serializeSession(store, session, now));
  return c.json(query.paginated ? { data, total_count: found.length } : data);
};

/** `GET /v1/sessions/{session_id}`. */
export const getSession: Handler = (c, { store, clock }) =>
  c.json(serializeSession(store, findSession(store, pathParameter(c, 'session_id')), clock.now()));

/** `POST /v1/sessions`: creates an active session. */
export const postSession: Handler = async (c, instance) => {
  const body = await readBody(c, createBody);
  const { store, clock } = instance;
  const user = store.users.get(body.user_id);
  if (!user) throw userNotFound(body.user_id);
  if (user.banned) throw userBanned();
  const organizationId = body.active_organization_id ?? null;
  if (organizationId !== null && !findMembership(store, user.id, organizationId)) {
    const message = 'The resource associated with the supplied active_organization_id was not found.';
    throw parameterInvalid('form_resource_not_found', 'active_organization_id', message);
  }
  const session = createSession(store, clock.now(), { userId: user.id, organizationId });
  return c.json(serializeSession(store, session, clock.now()));
};

/** `POST /v1/sessions/{session_id}/revoke`: an ended session keeps its status. */
export const revokeSession: Handler = (c, { store, clock }) => {
  const session = findSession(store, pathParameter(c, 'session_id'));
  const now = clock.now();
  if (isSignedIn({ status: statusOf(store, session, now) })) {
    session.status = 'revoked';
    session.updated_at = now;
  }
  return c.json(serializeSession(store, session, now));
};

function findSession(store: Store, id: string): Session {
  const session = store.sessions.get(id);
  if (!session) throw sessionNotFound(id);
  return session;
}
