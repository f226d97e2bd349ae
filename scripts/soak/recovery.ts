import type { Client } from './client.ts';
import { quietUsers } from './configuration.ts';
import type { GatewayPool, Target } from './gateway-pool.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import type { Answered } from './planned-request.ts';
import { type RequestMix, recoveryRequest } from './request-mix.ts';
import type { Violations } from './violations.ts';
import { addSession, type Session, type World } from './world.ts';

interface RecoveryOptions {
  mix: RequestMix;
  check: (answered: Answered) => string;
  client: Client;
  pool: GatewayPool;
  violations: Violations;
  world: World;
}

/** The longest time to recover, in milliseconds. After 10 s, every negative cache and the window of the rate limit have expired. */
const timeoutMs = 13_000;
const templates = ['hasura', 'hot', 'short', 'uncached'];

/** Waits until every gateway serves every quiet session. @returns the duration, in milliseconds, and these sessions */
export async function recover(options: RecoveryOptions): Promise<{ recovery: number; sessions: Session[] }> {
  const { pool, violations, world } = options;
  const sessions = await Promise.all(quietUsers.map((user) => addSession(world, user)));
  const began = performance.now();
  for (;;) {
    const failures = await Promise.all(pool.all().map((target) => failuresOf(options, target, sessions)));
    const passed = performance.now() - began;
    const [failure] = failures.flat();
    if (failure === undefined) return { recovery: passed, sessions };
    if (passed > timeoutMs) {
      violations.add('a gateway does not recover', failure);
      return { recovery: passed, sessions };
    }
    await waitUnlessStopped(500, new AbortController().signal);
  }
}

async function failuresOf(
  options: RecoveryOptions,
  target: Target,
  sessions: readonly Session[],
): Promise<string[]> {
  const { mix, check, client } = options;
  const ready = await client.send(target, {
    ...{
      kind: 'readiness',
      method: 'GET',
      path: '/ready',
      headers: {},
      tokenFields: {},
      expected: 'readiness',
    },
  });
  const outcomes = await Promise.all(
    sessions.flatMap((session) =>
      templates.map(async (template) => {
        const answered = await client.send(target, await recoveryRequest(mix, session, template));
        return answered ? `${template}: ${check(answered)}` : `${template}: no answer`;
      }),
    ),
  );
  return [`ready: ${ready?.status === 200 ? 'token' : ready?.body}`, ...outcomes]
    .filter((outcome) => !outcome.endsWith(': token'))
    .map((outcome) => `gateway ${target.id}, ${outcome}`);
}
