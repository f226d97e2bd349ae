import { demoData, type LocalClerkData } from '../../../../src/local-clerk/index.ts';

/** Callers, each with its own session. */
export const crowd = Array.from({ length: 200 }, (_, at) => ({
  userId: `user_crowd_${at}`,
  sessionId: `sess_crowd_${at}`,
}));

/** The demo data and the callers. */
export function crowdedData(): LocalClerkData {
  const { users = [], sessions = [], ...rest } = demoData();
  return {
    ...rest,
    users: [...users, ...crowd.map(({ userId }) => ({ id: userId }))],
    sessions: [...sessions, ...crowd.map(({ userId, sessionId }) => ({ id: sessionId, user_id: userId }))],
  };
}
