import { type ClerkBehaviour, healthy } from './clerk.ts';
import type { Command, Setup } from './commands.ts';
import type { TemplateName } from './world.ts';

const refresh: Command = { do: 'refresh', session: 0 };

/** Histories that random generation finds too rarely. */
export const knownHistories: readonly (readonly [string, readonly Command[], Partial<Setup>?])[] = [
  [
    'a user is banned while a request waits, and a request with a newer session token stores a token',
    [
      behaviour('well', { delay: null, calls: 1 }),
      request('plain'),
      wait(1_100),
      { do: 'revoke', effect: 'refuse', subject: 'user', session: 0, at: 0, learned: 'here' },
      wait(1_100),
      refresh,
      request('plain'),
      wait(1_000),
    ],
  ],
  [
    'the clock is set back while the circuit breaker is open',
    [
      clock(50_000),
      behaviour('network'),
      ...[request('plain'), wait(150), request('plain'), wait(150), request('plain'), wait(150)],
      clock(0),
    ],
  ],
  [
    'the clock is set back while Clerk throttles, and catches up',
    [
      clock(50_000),
      behaviour('throttled', { retryAfter: 4, calls: 1 }),
      request('plain'),
      clock(0),
      wait(40_000),
    ],
  ],
  [
    'the clock is set back after Clerk reported that a session has ended, and catches up',
    [clock(50_000), behaviour('session 404', { calls: 1 }), request('plain'), clock(0), wait(41_000)],
  ],
  [
    'the clock is set back after a token could not be renewed',
    [
      ...[request('long'), wait(210_000), clock(50_000)],
      ...[behaviour('html 502', { calls: 2 }), request('long'), wait(150)],
      ...[clock(0), wait(5_000), request('long')],
    ],
  ],
  [
    'the clock is set back to before a token was issued',
    [request('uncached'), wait(40_000), request('plain'), clock(-20_000), request('plain')],
  ],
  [
    'a retry is in progress when the next request arrives',
    [
      ...[behaviour('html 502', { delay: 2_950, calls: 1 }), request('plain'), wait(2_999)],
      ...[behaviour('well', { delay: 1_300 }), wait(100), request('plain'), wait(1_400)],
    ],
  ],
  [
    'a flight ends after another has replaced it',
    [
      ...[behaviour('html 502', { delay: 2_950, calls: 1 }), request('plain'), wait(2_999)],
      ...[behaviour('html 502', { delay: 1_300, calls: 1 }), wait(100)],
      ...[behaviour('well', { delay: 2_900 }), request('plain'), wait(1_400), request('plain'), wait(2_000)],
    ],
  ],
  [
    'a token arrives late, and is older than the held one',
    [
      ...[behaviour('well', { delay: 16_000, calls: 1 }), request('plain'), wait(5_000), request('plain')],
      ...[wait(15_000), request('plain')],
    ],
  ],
  [
    'Clerk fails for longer than a held token may be served',
    [
      request('long'),
      wait(290_000),
      behaviour('html 502'),
      request('long'),
      wait(11_000),
      request('long'),
      wait(1_000),
    ],
  ],
  [
    'Clerk mints for another user when a held token is too old',
    [request('long'), wait(210_000), behaviour('other sub'), request('long'), wait(150), request('long')],
  ],
  [
    'the budget is spent several times',
    [
      ...[request('uncached', 20), wait(8_500), request('uncached', 3), wait(2_000)],
      ...[request('uncached', 3), wait(8_000), request('uncached', 3), wait(3_000)],
    ],
    { mintBudget: 6 },
  ],
  [
    'a hundred calls are answered after their deadline',
    [behaviour('well', { delay: 3_300 }), request('uncached', 100), wait(4_000)],
  ],
];

function request(template: TemplateName, times = 1): Command {
  return { do: 'request', session: 0, template, fresh: false, with: 'now', times };
}

function wait(milliseconds: number): Command {
  return { do: 'wait', milliseconds };
}

function clock(offset: number): Command {
  return { do: 'set the clock', offset };
}

function behaviour(answer: string, differences: Partial<ClerkBehaviour> = {}): Command {
  return { do: 'change Clerk', ...healthy, stamped: 'on arrival', answer, ...differences };
}
