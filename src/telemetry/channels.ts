/** The channels of `node:diagnostics_channel`, without their prefix `mintgate:`. */
export type ChannelName = 'request' | 'authenticate' | 'mint' | 'cache' | 'revocation';

/** One channel, as `node:diagnostics_channel` has them. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

/** The channels of a process. */
export type Channels = Readonly<Record<ChannelName, Channel>>;

/**
 * The occasion of each channel's messages, and their fields: `npm run codegen` writes docs/metrics.md from it. Every message also has
 * `gateway`, the id of the gateway in this process. No message contains a request, a token, a claim, or the id of a user or a session.
 */
export const channelMessages: Readonly<
  Record<ChannelName, { when: string; fields: Readonly<Record<string, string>> }>
> = {
  request: {
    when: 'an HTTP request was answered',
    fields: {
      method: 'the method; `_OTHER` for one that HTTP does not define',
      route: 'the path, if it is one of the gateway',
      scheme: '`http` or `https`',
      status: 'the status of the answer',
      durationMs: 'milliseconds until the answer was ready',
      path: '`fast` or `yoga`, for POST requests to the GraphQL endpoint',
      operationType: '`query`, `mutation` or `subscription`, if an operation was executed',
      operationName: 'the name of the operation, only with persisted documents',
      code: 'the code of the first GraphQL error',
    },
  },
  authenticate: {
    when: 'a request was authenticated; on the fast path, a request with a cached caller was answered',
    fields: { outcome: '`authenticated`, `anonymous`, `refused` or `unavailable`' },
  },
  mint: {
    when: 'a mint has ended',
    fields: {
      template: 'the template, if it is configured by its name; else `other`',
      outcome: '`minted`, or the kind of the failure, as in `stats().refusals`',
      durationMs: 'milliseconds, with the wait for the budget',
      background: 'whether no request waited for it',
      calls: 'calls to Clerk: 0 for a mint that a limit has refused, 2 with a retry',
      timeLeft: 'seconds until the token expires',
      replacedAge: 'the age of the token that it replaces, in seconds',
    },
  },
  cache: {
    when: 'a request looked for a held token',
    fields: {
      template: 'the template, if it is configured by its name; else `other`',
      result: '`fresh`, `revalidated`, `stale`, `shared` or `miss`',
    },
  },
  revocation: {
    when: 'a revocation has taken effect in this process',
    fields: {
      effect: '`refuse` or `drop`',
      target: '`session`, `user` or `organization`',
      source: '`webhook`, `redis` or `clerk`',
      delayMs: 'milliseconds since the event at Clerk, where known',
    },
  },
};
