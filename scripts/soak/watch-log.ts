import { redactSecrets } from '../../src/logging/redact-secrets.ts';

import type { Door } from './planned-request.ts';

/** A message about a log line of a gateway. */
export type LogNews =
  | { news: 'violation'; what: string; detail: string }
  | { news: 'delivered'; door: Door; sessionId: string; jti: string }
  | { news: 'redis'; gateway: number; state: 'unavailable' | 'connected'; at: number }
  | { news: 'rotation'; gateway: number; what: 'Redis has moved' | 'Clerk accepts the first key' };

// Not inside a word, because an id may contain `eyJ` by chance.
const secret = /(?<![\w-])eyJ[\w-]{17,}|sk_(?:test|live)_\w{4,}|whsec_\w{4,}|soak-secret-/;

/** The audit event of a token that a caller got through a door other than GraphQL. */
const deliveredByDoor = /"door":.*"msg":"token (?:minted|served)"/;

/** Messages of the gateway about its own faults. */
const ownFaults = ['unexpected error', 'minting failed unexpectedly', 'audit failed'];

/** Creates a log destination that looks for secrets, faults, and the state of Redis. */
export function watchLog(gateway: number, report: (news: LogNews) => void): { write(line: string): void } {
  return {
    write(line) {
      if (secret.test(line))
        report({ news: 'violation', what: 'a secret in the log', detail: redactSecrets(line) });
      if (line.includes('Redis is unavailable')) reportRedis('unavailable');
      if (line.includes('"msg":"Redis is connected again"')) reportRedis('connected');
      if (line.includes('"msg":"Redis is connected at its new address"')) {
        reportRedis('connected');
        report({ news: 'rotation', gateway, what: 'Redis has moved' });
      }
      if (line.includes('"msg":"Clerk accepts entry 1 of CLERK_SECRET_KEY'))
        report({ news: 'rotation', gateway, what: 'Clerk accepts the first key' });
      if (/"why":"(?:WRONGPASS|NOAUTH|NOPERM)"/.test(line))
        report({
          news: 'violation',
          what: 'Redis refuses the user of a gateway',
          detail: redactSecrets(line),
        });
      if (deliveredByDoor.test(line)) reportDelivery(line);
      if (ownFaults.some((fault) => line.includes(`"msg":"${fault}`)))
        report({
          news: 'violation',
          what: 'the gateway logs an unexpected error',
          detail: redactSecrets(line),
        });
    },
  };

  function reportDelivery(line: string): void {
    const { door, sessionId, jti, background } = JSON.parse(line);
    if (!background) report({ news: 'delivered', door, sessionId, jti });
  }

  function reportRedis(state: 'unavailable' | 'connected'): void {
    report({ news: 'redis', gateway, state, at: Date.now() });
  }
}
