import fc from 'fast-check';
import { type ClerkBehaviour, faults, oddTokens } from './clerk.ts';
import { organizationIds, sessionIds, type TemplateName, templateNames } from './world.ts';

const seconds = 1_000;

/** One step of a history. Plain data, so that a counterexample can be read and repeated. */
export type Command =
  | {
      readonly do: 'request';
      readonly session: number;
      readonly template: TemplateName;
      readonly fresh: boolean;
      readonly with: 'now' | 'before';
      readonly times: number;
    }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'set the clock'; readonly offset: number }
  | ({ readonly do: 'change Clerk' } & ClerkBehaviour)
  | {
      readonly do: 'revoke';
      readonly effect: 'refuse' | 'drop';
      readonly subject: 'session' | 'user' | 'organization';
      readonly session: number;
      /** Seconds from now, by Clerk's clock. */
      readonly at: number;
      readonly learned: 'here' | 'from another instance';
    }
  | {
      readonly do: 'switch';
      readonly session: number;
      readonly organization: number;
      readonly isAdmin: boolean;
    }
  | { readonly do: 'refresh'; readonly session: number }
  | { readonly do: 'end'; readonly session: number };

const session = fc.nat(sessionIds.length - 1);
const always = <const T>(value: T) => fc.constant(value);
const oneOf = <const T>(...values: readonly T[]) => fc.constantFrom(...values);

const request: fc.Arbitrary<Command> = fc.record({
  do: always('request'),
  // Most requests belong to one session, so that they interact.
  session: fc.oneof({ weight: 3, arbitrary: always(0) }, { weight: 2, arbitrary: session }),
  template: fc.oneof(
    { weight: 2, arbitrary: always('plain') },
    { weight: 3, arbitrary: oneOf(...templateNames) },
  ),
  fresh: fc.oneof({ weight: 5, arbitrary: always(false) }, { weight: 1, arbitrary: always(true) }),
  with: oneOf('now', 'now', 'now', 'before'),
  times: oneOf(1, 1, 2, 3),
});

const wait: fc.Arbitrary<Command> = fc.record({
  do: always('wait'),
  milliseconds: fc.oneof(
    { weight: 3, arbitrary: oneOf(1, 30, 99, 150, 400, 950) },
    { weight: 4, arbitrary: oneOf(1_100, 2_000, 2_999, 3_000, 5_000, 7_500) },
    { weight: 4, arbitrary: oneOf(11, 15, 22, 30, 41, 46, 50, 56, 61, 75).map((count) => count * seconds) },
    { weight: 1, arbitrary: oneOf(120, 200, 290).map((count) => count * seconds) },
  ),
});

const setTheClock: fc.Arbitrary<Command> = fc.record({
  do: always('set the clock'),
  offset: oneOf(0, -3, 3, 20, -20, 50).map((count) => count * seconds),
});

const behaviour: fc.Arbitrary<Command> = fc.record({
  do: always('change Clerk'),
  answer: fc.oneof(
    { weight: 3, arbitrary: always('well') },
    { weight: 4, arbitrary: oneOf(...faults) },
    { weight: 2, arbitrary: oneOf(...oddTokens) },
  ),
  delay: fc.oneof(
    { weight: 6, arbitrary: oneOf(0, 20, 270) },
    { weight: 3, arbitrary: oneOf(1_300, 2_950) },
    { weight: 3, arbitrary: oneOf(3_300, 4_100, 16_000, 40_000, null) },
  ),
  stamped: oneOf('on arrival', 'on answer'),
  retryAfter: oneOf(null, 1, 4, 30, 90),
  calls: oneOf(null, 1, 1, 2, 4),
});

const revoke: fc.Arbitrary<Command> = fc.record({
  do: always('revoke'),
  effect: oneOf('drop', 'drop', 'refuse'),
  subject: oneOf('session', 'user', 'organization'),
  session,
  at: oneOf(-30, -2, -1, 0, 0, 1, 3),
  learned: oneOf('here', 'from another instance'),
});

const change: fc.Arbitrary<Command> = fc.record({
  do: always('switch'),
  session,
  organization: fc.nat(organizationIds.length - 1),
  isAdmin: fc.boolean(),
});

/** Any step. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 20, arbitrary: request },
  { weight: 12, arbitrary: wait },
  { weight: 7, arbitrary: behaviour },
  { weight: 2, arbitrary: revoke },
  { weight: 2, arbitrary: change },
  { weight: 2, arbitrary: fc.record({ do: always('refresh'), session }) },
  { weight: 2, arbitrary: setTheClock },
  { weight: 1, arbitrary: fc.record({ do: always('end'), session }) },
);

/** The settings of the engine. */
export const setup = fc.record({
  jitter: oneOf(0, 1),
  mintBudget: oneOf(100_000, 100_000, 6),
  fingerprintIgnore: oneOf<readonly string[]>([], [], ['o']),
});

export type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never;
