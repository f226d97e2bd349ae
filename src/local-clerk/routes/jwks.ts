import type { Handler } from './handler.ts';

/** `GET /v1/jwks` and `GET /.well-known/jwks.json`: the public signing keys. */
export const getJwks: Handler = (c, { keys }) => c.json(keys.jwks());
