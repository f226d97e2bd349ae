import { redactSecrets } from '../../src/logging/redact-secrets.ts';

/** What the log of a gateway reports to the test. */
export type LogNews =
  | { news: 'violation'; what: string; detail: string }
  | { news: 'redis'; gateway: number; state: 'away' | 'here'; at: number };

// Not inside a word: an id may contain these three letters by chance.
const secret = /(?<![\w-])eyJ[\w-]{17,}|sk_(?:test|live)_\w{4,}|whsec_\w{4,}/;

/** Messages of the gateway about its own faults. */
const ownFaults = ['unexpected error', 'minting failed unexpectedly', 'audit failed'];

/** Creates a log destination that looks for secrets, faults, and the state of Redis. */
export function watchLog(gateway: number, tell: (news: LogNews) => void): { write(line: string): void } {
  return {
    write(line) {
      if (secret.test(line))
        tell({ news: 'violation', what: 'a secret in the log', detail: redactSecrets(line) });
      if (line.includes('Redis is unavailable')) tellOfRedis('away');
      if (line.includes('"msg":"Redis is connected again"')) tellOfRedis('here');
      if (ownFaults.some((fault) => line.includes(`"msg":"${fault}`)))
        tell({
          news: 'violation',
          what: 'the gateway logs an unexpected error',
          detail: redactSecrets(line),
        });
    },
  };

  function tellOfRedis(state: 'away' | 'here'): void {
    tell({ news: 'redis', gateway, state, at: Date.now() });
  }
}
