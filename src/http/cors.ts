import type { YogaServerOptions } from 'graphql-yoga';

/** Yoga's option `cors`, in the function form. */
type CorsOption = Extract<YogaServerOptions<object, object>['cors'], (...args: never[]) => unknown>;

/**
 * Returns the CORS option that allows these origins, and no other. An allowed origin may send any header: GraphQL clients add some, and only
 * `Authorization` has an effect. A foreign origin gets no CORS header: for a list of origins, Yoga would answer it with
 * `null`, which sandboxed frames match.
 *
 * @param origins - exact origins, such as `https://app.example.com`
 */
export function allowOrigins(origins: readonly string[]): CorsOption {
  const allowed = new Set(origins);
  return (request: Request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !allowed.has(origin)) return false;
    return {
      origin,
      credentials: true,
      methods: ['POST'],
      exposedHeaders: ['retry-after'],
      maxAge: 600,
    };
  };
}
