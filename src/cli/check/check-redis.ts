import type { Settings } from '../../config/parse-options.ts';
import { adviceFor } from '../../redis/reply-error.ts';
import type { RedisTrial } from '../../redis/run-on-redis.ts';
import { tryRedis } from '../../redis/try-redis.ts';
import type { Finding } from './finding.ts';

type FailedTrial = Extract<RedisTrial, { works: false }>;

/** The timeout of the trial of Redis, in milliseconds. */
const deadline = 5_000;

/** Tests Redis with the code of the gateway, so that a Redis that passes also works for the gateway. */
export async function checkRedis(
  settings: Pick<Settings, 'cacheKey' | 'frontendApi'> & { redisUrl: string },
): Promise<Finding> {
  const { redisUrl: url, cacheKey, frontendApi } = settings;
  const trial = await tryRedis({ url, secrets: cacheKey, instance: frontendApi, deadline });
  if (trial.works) {
    return {
      verdict: 'ok',
      text: `Redis: shares tokens, limits and revocations, with ${Math.ceil(trial.took)} ms per operation`,
    };
  }
  const reason = describeRedisFailure(trial);
  return {
    verdict: 'fail',
    text: `REDIS_URL: ${reason}; until this is fixed, the gateway runs without Redis`,
  };
}

/** Returns why Redis could not be used, and what to do. */
export function describeRedisFailure({ why, doing }: Pick<FailedTrial, 'why' | 'doing'>): string {
  const advice = adviceFor(why) ?? (/^(?:ERR|refused)$/.test(why) ? 'see the log of Redis' : undefined);
  if (advice) return `Redis refuses ${doing} (${why}): ${advice}`;
  if (why === 'too slow')
    return 'Redis does not answer within 50 ms, the timeout of the gateway: move it nearer, or find what slows it down';
  return `Redis cannot be reached (${why})${unreachable.find(([code]) => code.test(why))?.[1] ?? ''}`;
}

/** Advice by the error code of Node.js, or by the words of `describeRedisError`. */
const unreachable: readonly (readonly [code: RegExp, hint: string])[] = [
  [/^ECONNREFUSED$/, ': no server listens at this address; check host and port'],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, ': the host name cannot be resolved; check it'],
  [
    /^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    ': a firewall blocks the connection, or the URL begins with rediss:// and Redis does not speak TLS',
  ],
  [
    /CERT|ISSUER|SIGNATURE/,
    ': its certificate is not trusted; set NODE_EXTRA_CA_CERTS to the certificate of its authority',
  ],
  [/ERR_SSL|EPROTO/, ': it does not speak TLS; begin the URL with redis://'],
  [
    /^(?:connection lost|ECONNRESET|EPIPE)$/,
    ': it closes the connection; if it speaks TLS, begin the URL with rediss://',
  ],
];
