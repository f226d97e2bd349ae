import type { Redis } from 'ioredis';
import { isIoredisReplyError } from './ioredis.ts';

/** The address of a Redis, and how to log in there. */
interface RedisAddress {
  /** The URL without user, password and database. */
  address: string;
  /** Sends user and password, and selects the database. @throws the reply error of Redis */
  logIn: (connection: Redis) => Promise<void>;
}

/**
 * Takes user, password and database out of a URL. ioredis would send them itself, but it writes to the console when Redis needs no
 * password, and uses database 0 when Redis does not have the given one.
 *
 * @param url - `redis://` or `rediss://`; `?db=1` stands for the path `/1`
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
            if (!isPasswordNotNeeded(error)) throw error;
          });
      }
      if (database !== '') await connection.call('SELECT', database);
    },
  };
}

/** Returns whether Redis only reports that it needs no password, which is harmless. The second form is that of Redis 5. */
function isPasswordNotNeeded(error: unknown): boolean {
  return (
    isIoredisReplyError(error) && /without any password configured|no password is set/.test(error.message)
  );
}
