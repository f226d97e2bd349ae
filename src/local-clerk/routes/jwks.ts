import type { Handler } from './handler.ts';

export const getJwks: Handler = (c, instance) => c.json(instance.keys.jwks());
