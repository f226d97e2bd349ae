import type { Remote } from '../../test/support/remote.ts';
import type { ClerkProcess } from './clerk-process.ts';
import type { Client } from './client.ts';
import type { Doors } from './doors.ts';
import type { GatewayPool } from './gateway-pool.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import type { Answered, PlannedRequest } from './planned-request.ts';
import type { Random } from './random.ts';
import { type RequestMix, randomRequest } from './request-mix.ts';
import { runSubscription, type Subscriptions } from './subscriptions.ts';
import type { Tally } from './tally.ts';
import type { Delivery } from './webhook-delivery.ts';
import { sendWebhook } from './webhooks.ts';
import { replaceRefusedToken, switchOrganization, type World } from './world.ts';

interface LoadOptions {
  /** Requests per second. */
  rate: number;
  mix: RequestMix;
  check: (answered: Answered) => string;
  client: Client;
  pool: GatewayPool;
  subscriptions: Subscriptions;
  clerk: Remote<ClerkProcess>;
  delivery: Delivery;
  world: World;
  tally: Tally;
  doors: Doors;
  random: Random;
  /** Called with errors of the test, not of the gateway. */
  onFault: (error: unknown) => void;
}

/** The time between two groups of requests, in milliseconds. */
const tickMs = 20;
/** The largest number of requests in flight. */
const maxInFlight = 1_000;
/** Other events per second. */
const eventsPerSecond = { webhook: 5, switch: 2, sendFragment: 3, subscription: 6 };

/** Sends requests at a fixed rate, independent of their answers, until the signal is aborted; then waits for those in flight. */
export async function load(options: LoadOptions, stop: AbortSignal): Promise<void> {
  const { rate, mix, client, pool, subscriptions, world, random, onFault } = options;
  const inFlight = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    const ended = work.catch(onFault).finally(() => inFlight.delete(ended));
    inFlight.add(ended);
  };
  let due = performance.now();
  let unsent = 0;
  while (await waitUnlessStopped(tickMs, stop)) {
    const passed = performance.now() - due;
    due += passed;
    unsent += (passed * rate) / 1_000;
    for (; unsent >= 1; unsent -= 1) {
      if (inFlight.size >= maxInFlight) options.tally.count('skipped: too many in flight', 'not sent');
      else track(send(options, randomRequest(mix)));
    }
    const happens = (perSecond: number) => random.chance((perSecond * passed) / 1_000);
    if (happens(eventsPerSecond.webhook)) track(sendWebhook(options));
    if (happens(eventsPerSecond.switch)) track(switchOrganization(world, random.pick(world.live)));
    if (happens(eventsPerSecond.subscription)) track(runSubscription(subscriptions, stop));
    if (happens(eventsPerSecond.sendFragment)) track(client.sendFragment(pool.any()));
  }
  while (inFlight.size > 0) await Promise.all(inFlight);
}

/** Sends one request and checks its answer. */
async function send(
  { client, pool, check, tally, doors }: LoadOptions,
  request: Promise<PlannedRequest>,
): Promise<void> {
  const planned = await request;
  const answered = await client.send(pool.any(), planned);
  const outcome = answered ? check(answered) : 'no answer needed';
  tally.count(planned.kind, outcome);
  if (!answered && planned.door) doors.unanswered += 1;
  // After the signing key was dropped, every browser needs a new session token.
  if (planned.bearer && outcome.includes('UNAUTHENTICATED')) replaceRefusedToken(planned.bearer.session);
}
