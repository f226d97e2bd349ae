import type { Settings } from '../../config/parse-options.ts';
import { adviceOn } from '../../redis/reply-error.ts';
import { tryRedis } from '../../redis/try-redis.ts';
import type { Finding } from './check-report.ts';

/** How long Redis is tried, in milliseconds. */
const deadline = 5_000;

/** Tries Redis with the code that the gateway uses, so that what passes here works there. */
export async function checkRedis(
  settings: Pick<Settings, 'cacheKey' | 'frontendApi'> & { redisUrl: string },
): Promise<Finding> {
  const { redisUrl: url, cacheKey, frontendApi } = settings;
  const trial = await tryRedis({
    url,
    secret: cacheKey,
    instance: frontendApi,
    deadline,
  });
  if (trial.works) {
    return {
      verdict: 'ok',
      text: `Redis: shares tokens, limits and revocations, in ${Math.ceil(trial.took)} ms each`,
    };
  }
  const reason = reasonOf(trial.why, trial.doing);
  return { verdict: 'fail', text: `REDIS_URL: ${reason}; the gateway would go on without it` };
}

function reasonOf(why: string, doing: string): string {
  const advice = adviceOn(why) ?? (/^(?:ERR|refused)$/.test(why) ? 'see its log' : undefined);
  if (advice) return `Redis refuses ${doing} (${why}): ${advice}`;
  if (why === 'too slow')
    return 'Redis does not answer within the 50 ms that the gateway waits: put it nearer, or see what slows it down';
  return `Redis cannot be reached (${why})${unreachable.find(([code]) => code.test(why))?.[1] ?? ''}`;
}

/** Advice by the code of Node.js, or the words of the link. */
const unreachable: [code: RegExp, hint: string][] = [
  [/^ECONNREFUSED$/, ': nothing listens at this address; check host and port'],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, ': its host name is not known here'],
  [
    /^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    ': a firewall is in the way, or the URL begins with rediss:// and it does not speak TLS',
  ],
  [
    /CERT|ISSUER|SIGNATURE/,
    ': its certificate is not trusted; set NODE_EXTRA_CA_CERTS to that of its authority',
  ],
  [/ERR_SSL|EPROTO/, ': it does not speak TLS; begin the URL with redis://'],
  [
    /^(?:connection lost|ECONNRESET|EPIPE)$/,
    ': it closes the connection; if it speaks TLS, begin the URL with rediss://',
  ],
];
