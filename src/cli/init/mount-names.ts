/** The hosts of `mintgate init --mount`. */
export const mountNames = ['next', 'express', 'react-router', 'fastify', 'hono'] as const;

export type Mount = (typeof mountNames)[number];
