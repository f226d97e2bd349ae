import type { ClerkClient } from '@clerk/backend';
import {
  type AnswerVerdict,
  createSecretKeys,
  type ProbeVerdict,
  type SecretKeyList,
  type SecretKeys,
} from '../../src/clerk/secret-keys.ts';

/** A line that a holder of secret keys has logged. */
export interface KeyLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

interface TestSecretKeysOptions {
  /** @default one key */
  list?: SecretKeyList;
  /** Answers a probe of a key. @default nothing */
  probe?: (text: string, reference: string) => ProbeVerdict | Promise<ProbeVerdict>;
  /** Receives the lines of the log. @default discarded */
  lines?: KeyLine[];
}

/** Creates a holder of secret keys whose clients call nothing. */
export function testSecretKeys(options: TestSecretKeysOptions = {}): SecretKeys {
  const { list = ['the key'], probe = () => undefined, lines = [] } = options;
  const write =
    (level: KeyLine['level']) =>
    (...line: unknown[]) => {
      lines.push({ level, message: String(line.at(-1)) });
    };
  return createSecretKeys({
    list,
    connect: () => ({}) as ClerkClient,
    probe: async (key, reference) => probe(key.text, reference.text),
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    now: () => Date.now(),
  });
}

/** Calls Clerk, which answers by a function of the key. @returns the keys that the call has used, in order */
export async function callWithKeys(
  keys: SecretKeys,
  verdictOf: (text: string) => AnswerVerdict | undefined,
): Promise<string[]> {
  const used: string[] = [];
  await keys.call(async ({ text }) => {
    used.push(text);
    return { result: text, verdict: verdictOf(text) };
  });
  return used;
}
