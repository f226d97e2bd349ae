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
      if (password !== '') {
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

// Whoever is let in without a password is let in with one.
function isNeedless(error: unknown): boolean {
  return error instanceof ReplyError && /without any password configured/.test((error as Error).message);
}
