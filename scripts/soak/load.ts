import type { Answered, Ask } from './ask.ts';
import type { createAsks } from './asks.ts';
import type { Client } from './client.ts';
import type { Doors } from './doors.ts';
import type { Random } from './random.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Tally } from './tally.ts';
import { rested } from './trouble.ts';
import type { createWebhooks } from './webhooks.ts';
import type { World } from './world.ts';

export interface LoadOptions {
  /** Requests per second. */
  rate: number;
  asks: ReturnType<typeof createAsks>;
  check: (answered: Answered) => string;
  client: Client;
  doors: Doors;
  subscriptions: Subscriptions;
  webhooks: ReturnType<typeof createWebhooks>;
  world: World;
  tally: Tally;
  random: Random;
  /** Told of what fails in the test itself. */
  onFault: (error: unknown) => void;
}

/** Milliseconds between two handfuls of requests. */
const beat = 20;
/** More requests than this are not under way at once. */
const mostUnderWay = 1_000;
/** Of the things that happen beside requests, per second. */
const besides = { webhook: 5, switch: 2, stammer: 3, subscription: 6 };

/** Asks as often as told, whatever becomes of earlier requests, until told to stop; then waits for those under way. */
export async function load(options: LoadOptions, stop: AbortSignal): Promise<void> {
  const { rate, asks, client, doors, subscriptions, webhooks, world, random, onFault } = options;
  const underWay = new Set<Promise<unknown>>();
  const follow = (deed: Promise<unknown>) => {
    const ended = deed.catch(onFault).finally(() => underWay.delete(ended));
    underWay.add(ended);
  };
  let due = performance.now();
  let owed = 0;
  while (await rested(beat, stop)) {
    const passed = performance.now() - due;
    due += passed;
    owed += (passed * rate) / 1_000;
    for (; owed >= 1; owed -= 1) {
      if (underWay.size >= mostUnderWay) options.tally.count('left out: too many under way', 'not sent');
      else follow(send(options, asks.next()));
    }
    const happens = (perSecond: number) => random.chance((perSecond * passed) / 1_000);
    if (happens(besides.webhook)) follow(webhooks.next());
    if (happens(besides.switch)) follow(world.switchOrganization(random.pick(world.live)));
    if (happens(besides.subscription)) follow(subscriptions.next(stop));
    if (happens(besides.stammer)) follow(client.stammer(doors.any()));
  }
  while (underWay.size > 0) await Promise.all(underWay);
}

/** Sends one request and judges what comes back. */
async function send(
  { client, doors, check, tally, world }: LoadOptions,
  making: Promise<Ask>,
): Promise<void> {
  const ask = await making;
  const answered = await client.send(doors.any(), ask);
  const outcome = answered ? check(answered) : 'no answer wanted';
  tally.count(ask.kind, outcome);
  // Else, whoever was there when the signing key was dropped would get nothing to the end.
  if (ask.bearer && outcome.includes('UNAUTHENTICATED')) world.refused(ask.bearer.session);
}
