import { fair, type Weather } from './clerk.ts';
import type { Command, Setup } from './commands.ts';
import type { TemplateName } from './world.ts';

const refresh: Command = { do: 'refresh', session: 0 };

/** Histories that random generation finds too rarely. */
export const knownHistories: readonly (readonly [string, readonly Command[], Partial<Setup>?])[] = [
  [
    'a user is banned while a request waits, and a request with a newer session token stores a token',
    [
      weather('well', { delay: null, calls: 1 }),
      ask('plain'),
      wait(1_100),
      { do: 'take back', effect: 'refuse', subject: 'user', session: 0, at: 0, learned: 'here' },
      wait(1_100),
      refresh,
      ask('plain'),
      wait(1_000),
    ],
  ],
  [
    'the clock is set back while the circuit breaker is open',
    [
      clock(50_000),
      weather('network'),
      ...[ask('plain'), wait(150), ask('plain'), wait(150), ask('plain'), wait(150)],
      clock(0),
    ],
  ],
  [
    'the clock is set back while Clerk throttles, and catches up',
    [clock(50_000), weather('throttled', { retryAfter: 4, calls: 1 }), ask('plain'), clock(0), wait(40_000)],
  ],
  [
    'the clock is set back after Clerk said that a session has ended, and catches up',
    [clock(50_000), weather('session 404', { calls: 1 }), ask('plain'), clock(0), wait(41_000)],
  ],
  [
    'the clock is set back after a token could not be renewed',
    [
      ...[ask('long'), wait(210_000), clock(50_000)],
      ...[weather('html 502', { calls: 2 }), ask('long'), wait(150)],
      ...[clock(0), wait(5_000), ask('long')],
    ],
  ],
  [
    'the clock is set back to before a token was issued',
    [ask('uncached'), wait(40_000), ask('plain'), clock(-20_000), ask('plain')],
  ],
  [
    'a retry is in progress when the next request arrives',
    [
      ...[weather('html 502', { delay: 2_950, calls: 1 }), ask('plain'), wait(2_999)],
      ...[weather('well', { delay: 1_300 }), wait(100), ask('plain'), wait(1_400)],
    ],
  ],
  [
    'a flight ends after another has replaced it',
    [
      ...[weather('html 502', { delay: 2_950, calls: 1 }), ask('plain'), wait(2_999)],
      ...[weather('html 502', { delay: 1_300, calls: 1 }), wait(100)],
      ...[weather('well', { delay: 2_900 }), ask('plain'), wait(1_400), ask('plain'), wait(2_000)],
    ],
  ],
  [
    'a token arrives late, and is older than the held one',
    [
      ...[weather('well', { delay: 16_000, calls: 1 }), ask('plain'), wait(5_000), ask('plain')],
      ...[wait(15_000), ask('plain')],
    ],
  ],
  [
    'Clerk fails for longer than a held token may be served',
    [ask('long'), wait(290_000), weather('html 502'), ask('long'), wait(11_000), ask('long'), wait(1_000)],
  ],
  [
    'Clerk mints for another user when a held token is too old',
    [ask('long'), wait(210_000), weather('other sub'), ask('long'), wait(150), ask('long')],
  ],
  [
    'the budget is spent several times',
    [
      ...[ask('uncached', 20), wait(8_500), ask('uncached', 3), wait(2_000)],
      ...[ask('uncached', 3), wait(8_000), ask('uncached', 3), wait(3_000)],
    ],
    { mintBudget: 6 },
  ],
  [
    'a hundred calls are answered after their deadline',
    [weather('well', { delay: 3_300 }), ask('uncached', 100), wait(4_000)],
  ],
];

function ask(template: TemplateName, times = 1): Command {
  return { do: 'ask', session: 0, template, fresh: false, with: 'now', times };
}

function wait(milliseconds: number): Command {
  return { do: 'wait', milliseconds };
}

function clock(ahead: number): Command {
  return { do: 'set the clock', ahead };
}

function weather(answer: string, differences: Partial<Weather> = {}): Command {
  return { do: 'weather', ...fair, stamped: 'on arrival', answer, ...differences };
}
