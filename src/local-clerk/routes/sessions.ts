import { z } from 'zod';
import { parameterInvalid, sessionNotFound, userBanned, userNotFound } from '../api-error.ts';
import { sessionStatus } from '../data/session-schema.ts';
import { presentSession } from '../serializers/session.ts';
import { createSession } from '../session-edits.ts';
import { findMembership, statusOf } from '../store.ts';
import { type Handler, pathParameter } from './handler.ts';
import { newestFirst, slice } from './list.ts';
import { flag, page, readBody, readQuery } from './read-request.ts';

const listQuery = z.strictObject({
  client_id: z.string().optional(),
  user_id: z.string().optional(),
  status: sessionStatus.optional(),
  paginated: flag,
  ...page,
});

const createBody = z.object({ user_id: z.string(), active_organization_id: z.string().optional() });

export const listSessions: Handler = (c, { store, clock }) => {
  const query = readQuery(c, listQuery);
  const now = clock.now();
  const found = newestFirst(store.sessions.values()).filter(
    (session) =>
      (query.client_id === undefined || session.client_id === query.client_id) &&
      (query.user_id === undefined || session.user_id === query.user_id) &&
      (query.status === undefined || statusOf(store, session, now) === query.status),
  );
  const data = slice(found, query).map((session) => presentSession(store, session, now));
  return c.json(query.paginated ? { data, total_count: found.length } : data);
};

export const getSession: Handler = (c, { store, clock }) => {
  const id = pathParameter(c, 'session_id');
  const session = store.sessions.get(id);
  if (!session) throw sessionNotFound(id);
  return c.json(presentSession(store, session, clock.now()));
};

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
  return c.json(presentSession(store, session, clock.now()));
};

export const revokeSession: Handler = (c, { store, clock }) => {
  const id = pathParameter(c, 'session_id');
  const session = store.sessions.get(id);
  if (!session) throw sessionNotFound(id);
  const now = clock.now();
  // A session that is over stays what it is.
  if (['active', 'pending'].includes(statusOf(store, session, now))) {
    session.status = 'revoked';
    session.updated_at = now;
  }
  return c.json(presentSession(store, session, now));
};
