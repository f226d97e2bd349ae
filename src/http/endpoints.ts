/** The path of the token exchange. It belongs to the gateway only where the option `tokenExchange` is set. */
export const exchangeEndpoint = '/token';

/** The paths of the gateway beside its GraphQL endpoint. */
export const endpoints = {
  /** Answers 200 while the process serves requests. */
  health: '/health',
  /** Answers 200 while tokens can be minted, else 503. */
  readiness: '/ready',
  /** Receives Clerk's webhooks. */
  webhooks: '/webhooks/clerk',
} as const;

/** The path below which the coprocessor of Apollo Router is: one of its secrets follows. */
export const apolloCoprocessorPath = '/coprocessor/apollo/';
