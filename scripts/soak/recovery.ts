import type { Answered } from './ask.ts';
import type { createAsks } from './asks.ts';
import type { Client } from './client.ts';
import type { Door, Doors } from './doors.ts';
import { quietUsers } from './setting.ts';
import { rested } from './trouble.ts';
import type { Violations } from './violations.ts';
import type { Session, World } from './world.ts';

export interface RecoveryOptions {
  asks: ReturnType<typeof createAsks>;
  check: (answered: Answered) => string;
  client: Client;
  doors: Doors;
  violations: Violations;
  world: World;
}

/** Everything that is remembered of failures is over after 10 s: keys, sessions, templates, the window of the budget. */
const patience = 13_000;
const templates = ['hasura', 'hot', 'short', 'uncached'];

/** Waits until every gateway serves everybody who is left. @returns how long that took, in milliseconds */
export async function recover(options: RecoveryOptions): Promise<number> {
  const { doors, violations, world } = options;
  const sessions = await Promise.all(quietUsers.map((user) => world.add(user)));
  const began = performance.now();
  for (;;) {
    const failures = await Promise.all(doors.all().map((door) => failuresOf(options, door, sessions)));
    const passed = performance.now() - began;
    const [failure] = failures.flat();
    if (failure === undefined) return passed;
    if (passed > patience) {
      violations.add('a gateway does not recover', failure);
      return passed;
    }
    await rested(500, new AbortController().signal);
  }
}

async function failuresOf(
  options: RecoveryOptions,
  door: Door,
  sessions: readonly Session[],
): Promise<string[]> {
  const { asks, check, client } = options;
  const ready = await client.send(door, {
    ...{ kind: 'readiness', method: 'GET', path: '/ready', headers: {}, wanted: {}, expected: 'readiness' },
  });
  const outcomes = await Promise.all(
    sessions.flatMap((session) =>
      templates.map(async (template) => {
        const answered = await client.send(door, await asks.plain(session, template));
        return answered ? `${template}: ${check(answered)}` : `${template}: no answer`;
      }),
    ),
  );
  return [`ready: ${ready?.status === 200 ? 'token' : ready?.body}`, ...outcomes]
    .filter((outcome) => !outcome.endsWith(': token'))
    .map((outcome) => `gateway ${door.id}, ${outcome}`);
}
