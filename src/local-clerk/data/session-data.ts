/** The status of a session: https://clerk.com/docs/reference/backend/types/backend-session */
export type RecordedStatus =
  | ('active' | 'pending' | 'abandoned' | 'ended')
  | ('expired' | 'removed' | 'replaced' | 'revoked');

/** A session. Only `id` and `user_id` are required. */
export interface SessionData {
  /** 1 to 100 letters, digits, `_` or `-`. */
  id: string;
  /** The id of a user in the data. */
  user_id: string;
  /** The id of the client, a browser or device. @default derived from the id */
  client_id?: string | undefined;
  /** The recorded status; dates and bans can end an active session. @default 'active' */
  status?: RecordedStatus | undefined;
  /** The actor of an impersonated session (RFC 8693, section 4.1). @default null */
  actor?: ({ sub: string } & Record<string, unknown>) | null | undefined;
  /** The active organization, of which the user must be a member. @default null */
  last_active_organization_id?: string | null | undefined;
  /** Milliseconds since the epoch. @default a fixed time, one second later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
  /** Milliseconds since the epoch. @default the time at which the data are loaded */
  last_active_at?: number | undefined;
  /** The end of an active session, in milliseconds since the epoch. @default 7 days after the data are loaded */
  expire_at?: number | undefined;
  /** The time at which an active session counts as abandoned, in milliseconds since the epoch. @default 30 days after the data are loaded */
  abandon_at?: number | undefined;
  /**
   * The ages of the first and the second factor when the data are loaded, in minutes since their verification; -1 for never.
   * They grow with the clock and are `fva` in session tokens. An addition to Clerk's shape.
   * @default [0, -1]
   */
  factor_verification_age?: [number, number] | undefined;
  /** The purpose of the session, which the start page of `mintgate dev` shows. An addition to Clerk's shape. @default '' */
  label?: string | undefined;
}
