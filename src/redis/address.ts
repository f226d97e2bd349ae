import { type Redis, ReplyError } from 'ioredis';

/** Where Redis is, and what to say there first. */
export interface RedisAddress {
  /** The URL without user, password and database. */
  address: string;
  /** Says who connects, and chooses the database. @throws what Redis says against it */
  logIn: (connection: Redis) => Promise<void>;
}

/**
 * Takes user, password and database out of a URL. The library would send them by itself, but write to the console about a
 * password that nobody asked for, and take a database that does not exist for the first one.
 *
 * @param url - `redis://` or `rediss://`; `db` in the query stands for a path
 */
export function readRedisUrl(url: string): RedisAddress {
  const address = new URL(url);
  const user = decodeURIComponent(address.username);
  const password = decodeURIComponent(address.password);
  const database = address.pathname.slice(1) || address.searchParams.get('db') || '';
  address.username = '';
  address.password = '';
  address.pathname = '';
  address.searchParams.delete('db');
  return {
    address: address.href,
    async logIn(connection) {
      if (user !== '' || password !== '') {
        await connection
          .call('AUTH', ...(user === '' ? [password] : [user, password]))
          .catch((error: unknown) => {
            if (!isNeedless(error)) throw error;
          });
      }
      if (database !== '') await connection.call('SELECT', database);
    },
  };
}

// A password that is not asked for does no harm. The second form is that of Redis 5.
function isNeedless(error: unknown): boolean {
  const { message } = error as Error;
  return error instanceof ReplyError && /without any password configured|no password is set/.test(message);
}
