import { redactSecrets } from '../../src/logging/redact-secrets.ts';

/** What the log of a gateway says that matters. */
export type LogNews =
  | { news: 'violation'; what: string; detail: string }
  | { news: 'redis'; gateway: number; state: 'away' | 'here'; at: number };

// Not amid a word: an id may have these three letters by chance.
const secret = /(?<![\w-])eyJ[\w-]{17,}|sk_(?:test|live)_\w{4,}|whsec_\w{4,}/;

/** Lines that are written when the gateway itself is at fault. */
const ownFaults = ['unexpected error', 'minting failed unexpectedly', 'audit failed'];

/** Reads what a gateway logs, line by line, and keeps none of it. */
export function watchLog(gateway: number, tell: (news: LogNews) => void): { write(line: string): void } {
  return {
    write(line) {
      if (secret.test(line))
        tell({ news: 'violation', what: 'a secret in the log', detail: redactSecrets(line) });
      if (line.includes('Redis is unavailable')) tellOfRedis('away');
      if (line.includes('"msg":"Redis is connected again"')) tellOfRedis('here');
      if (ownFaults.some((fault) => line.includes(`"msg":"${fault}`)))
        tell({ news: 'violation', what: 'the gateway logs a fault of its own', detail: redactSecrets(line) });
    },
  };

  function tellOfRedis(state: 'away' | 'here'): void {
    tell({ news: 'redis', gateway, state, at: Date.now() });
  }
}
