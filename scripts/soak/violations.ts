import { redactSecrets } from '../../src/logging/redact-secrets.ts';
import { instant, type Period } from './period.ts';
import type { Timeline } from './timeline.ts';

/** Collects violations. */
export interface Violations {
  /** @param period - when it happened; the examples name the faults in it. @default now */
  add(what: string, detail: string, period?: Period): void;
  readonly count: number;
  /** Describes the violations, with a few examples of each kind. */
  describe(): string[];
}

/** The number of examples for each kind. */
const shown = 4;

export function createViolations(timeline: Timeline): Violations {
  const kinds = new Map<string, { count: number; examples: string[] }>();
  return {
    add(what, detail, period = instant()) {
      const kind = kinds.get(what) ?? { count: 0, examples: [] };
      kinds.set(what, kind);
      kind.count += 1;
      if (kind.examples.length >= shown) return;
      const faults = [...timeline.faults('clerk', period), ...timeline.faults('redis', period)];
      const during = faults.length > 0 ? ` during ${faults.join(' and ')}` : '';
      const seconds = ((period.to - timeline.startedAt) / 1000).toFixed(1);
      kind.examples.push(`at ${seconds} s${during}: ${redactSecrets(detail).slice(0, 700)}`);
    },
    get count() {
      return [...kinds.values()].reduce((sum, { count }) => sum + count, 0);
    },
    describe: () =>
      [...kinds].flatMap(([what, { count, examples }]) => [
        `${what}, ${count === 1 ? 'once' : `${count} times`}:`,
        ...examples.map((example) => `  - ${example.replaceAll('\n', '\n    ')}`),
      ]),
  };
}
