/** The hosts that `mintgate init --mount` knows. */
export const mountNames = ['next', 'express', 'react-router', 'fastify', 'hono'] as const;

export type Mount = (typeof mountNames)[number];
