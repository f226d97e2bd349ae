import { setTimeout as sleep } from 'node:timers/promises';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { clerkEvents, newSigningSecret, signWebhook } from '../support/clerk-events.ts';
import { type CommandOptions, newFolder, startCommand } from '../support/command.ts';
import { postOperation } from '../support/post.ts';
import { startRedis } from '../support/redis-server.ts';

/** Each user has one session. */
const users = Array.from({ length: 47 }, (_, at) => `user_${at}`);
const sessionOf = (user: string) => user.replace('user', 'sess');
/** Users that ask all the time. Their tokens take about half of the mint budget. */
const regularUsers = users.slice(0, 3);
/** Users that ask once, at the same time. */
const burstUsers = users.slice(3, 45);
/** Users whose sessions are revoked. */
const revokedUsers = users.slice(45);
const templates = ['hasura', 'reports'] as const;

// Tokens are renewed about every 2 s, so that a fault of Clerk shows at once.
const configFile = `export default { templates: { hasura: { maxCacheAge: 3 }, reports: { maxCacheAge: 3 } } };`;

/** A gateway under load, with its Clerk and its Redis. */
export type World = Awaited<ReturnType<typeof startWorld>>;

/** Starts Redis, the local Clerk, `mintgate serve`, and callers that ask 40 times a second. */
export async function startWorld(atEnd: NonNullable<CommandOptions['atEnd']>) {
  const redis = await startRedis();
  atEnd(() => redis.close());
  const clerk = await startLocalClerk({
    data: {
      users: users.map((id) => ({ id })),
      sessions: users.map((id) => ({ id: sessionOf(id), user_id: id })),
      jwt_templates: templates.map((name) => ({ name })),
    },
  });
  atEnd(() => clerk.close());
  const signingSecret = newSigningSecret();
  const command = await startCommand(['serve'], {
    atEnd,
    folder: await newFolder({ 'mintgate.config.ts': configFile }, atEnd),
    env: {
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_API_URL: clerk.url,
      CLERK_AUTHORIZED_PARTIES: 'any',
      CLERK_WEBHOOK_SIGNING_SECRET: signingSecret,
      REDIS_URL: redis.url,
      // One process alone may spend the whole budget while Redis is away.
      MINTGATE_MINT_BUDGET_SHARE: '1',
      ...{ HOST: '127.0.0.1', PORT: '0', MINTGATE_METRICS_PORT: '0', MINTGATE_SHUTDOWN_DELAY_MS: '0' },
    },
  });
  const [, url = ''] = await command.seen(/"url":"([^"]+)"/);
  const [, metricsUrl = ''] = await command.seen(/"metricsUrl":"([^"]+)"/);

  const tokens = new Map<string, { jwt: Promise<string>; at: number }>();
  const sessionToken = (user: string) => {
    const known = tokens.get(user);
    if (known && performance.now() - known.at < 20_000) return known.jwt;
    const jwt = clerk.mintSessionToken(sessionOf(user));
    tokens.set(user, { jwt, at: performance.now() });
    return jwt;
  };
  const ask = async (user: string, template: string) => {
    const token = await sessionToken(user);
    return postOperation(url, SessionTokenDocument, { variables: { template }, token });
  };
  const load = startLoad(ask);
  atEnd(load.stop);
  return {
    ...{ clerk, redis, url, command },
    /** The host and port of the metrics. */
    metrics: new URL(metricsUrl).host,
    outcomes: load.outcomes,
    /** 42 new users ask at the same time. */
    burst: () => Promise.all(burstUsers.map((user) => ask(user, 'hasura'))),
    /** Clerk answers 503 to everything. @returns a function that ends it */
    breakClerk() {
      clerk.controls.answerAlways({ status: 503 });
      return () => clerk.controls.answerAlways(null);
    },
    /** Clerk refuses the secret key. @returns a function that ends it */
    refuseSecretKey() {
      const body = clerkErrorBody('clerk_key_invalid', 'The provided Clerk Secret Key is invalid.');
      clerk.controls.answerAlways({ status: 401, body });
      return () => clerk.controls.answerAlways(null);
    },
    /**
     * Delivers the webhook of a session that was revoked some time ago.
     *
     * @param session - which of the two sessions for this
     * @param age - in seconds
     * @returns the codes of the answer to its next request
     */
    async revoke(session: 0 | 1, age: number): Promise<readonly (string | undefined)[]> {
      const user = revokedUsers[session] ?? '';
      const event = clerkEvents(Date.now() - age * 1000).session('revoked', sessionOf(user), user);
      const webhook = signWebhook(signingSecret, event);
      await fetch(new URL('/webhooks/clerk', url), { method: 'POST', ...webhook });
      return (await ask(user, 'hasura')).codes;
    },
  };
}

type Ask = (user: string, template: string) => ReturnType<typeof postOperation>;

/** Starts regular callers. `outcomes` counts their answers by code. */
function startLoad(ask: Ask) {
  const outcomes = new Map<string, number>();
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const pending = new Set<Promise<void>>();
  let stopped = false;
  const loop = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      const user = regularUsers[turn % regularUsers.length] ?? '';
      const template = templates[Math.floor(turn / regularUsers.length) % templates.length] ?? '';
      const answer: Promise<void> = ask(user, template)
        .then(
          ({ codes: [code = 'OK'] }) => count(code),
          () => count('no answer'),
        )
        .then(() => void pending.delete(answer));
      pending.add(answer);
      await sleep(25);
    }
  })();
  const stop = async () => {
    stopped = true;
    await loop;
    await Promise.all(pending);
  };
  return { outcomes, stop };
}
