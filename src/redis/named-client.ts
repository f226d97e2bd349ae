import type { Redis } from 'ioredis';

/**
 * Returns a client that tells the name of each command before it sends it, such as `GETRANGE`.
 *
 * @param onCommand - receives the name, without keys and arguments
 */
export function namedClient(client: Redis, onCommand: (name: string) => void): Redis {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        onCommand(
          String(property)
            .replace(/Buffer$/, '')
            .toUpperCase(),
        );
        return (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
