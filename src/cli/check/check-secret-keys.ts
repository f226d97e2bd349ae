import type { ClerkSettings } from '../../clerk/client.ts';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { apiKeysPage } from '../../errors.ts';
import { keyRefusedMessage } from './call-clerk.ts';
import type { Finding } from './finding.ts';
import { type ReachedClerk, reachClerk } from './reach-clerk.ts';

/** The findings about the secret keys, and what the other checks need. */
interface CheckedSecretKeys {
  /** The settings with the newest key that Clerk accepts: the gateway mints with it. */
  clerk: ClerkSettings;
  /** Clerk's answer to that key. */
  reached: ReachedClerk;
  /** One for each key of a list; none for a single key. */
  findings: Finding[];
}

/**
 * Tests every secret key of the list.
 *
 * @param list - the newest first
 * @throws ConfigurationError when Clerk cannot be reached or refuses every key, or when the answer is not a key set
 */
export async function checkSecretKeys(
  list: readonly string[],
  base: Omit<ClerkSettings, 'secretKey'>,
): Promise<CheckedSecretKeys> {
  const answers: (ReachedClerk | undefined)[] = [];
  for (const secretKey of list) answers.push(await reachClerk({ ...base, secretKey }));
  const minting = answers.findIndex((answer) => answer !== undefined);
  const reached = answers[minting];
  if (reached === undefined) {
    throw new ConfigurationError(
      list.length === 1
        ? [keyRefusedMessage]
        : list.map((_key, at) => `CLERK_SECRET_KEY (entry ${at + 1}): ${refusal}`),
    );
  }
  const findings = answers.map((answer, at) => describe(answer, at, { reached, minting }));
  return {
    clerk: { ...base, secretKey: list[minting] as string },
    reached,
    findings: list.length === 1 ? [] : findings,
  };
}

const refusal = `Clerk refuses this key: copy it again from ${apiKeysPage}`;

function describe(
  answer: ReachedClerk | undefined,
  at: number,
  { reached, minting }: { reached: ReachedClerk; minting: number },
): Finding {
  const entry = `CLERK_SECRET_KEY (entry ${at + 1})`;
  if (answer === undefined && at > minting) {
    return { verdict: 'note', text: `${entry}: Clerk refuses this key, and a newer one mints: remove it` };
  }
  if (answer === undefined) return { verdict: 'fail', text: `${entry}: ${refusal}` };
  if (!shareKey(answer, reached)) {
    const problem = `is a key of another Clerk instance than entry ${minting + 1}`;
    return { verdict: 'fail', text: `${entry}: ${problem}: copy both again from ${apiKeysPage}` };
  }
  return { verdict: 'ok', text: `${entry}: Clerk accepts this key${at === minting ? ', and it mints' : ''}` };
}

/** Returns whether two key sets have a public key in common, as those of one instance have. */
function shareKey(one: ReachedClerk, other: ReachedClerk): boolean {
  return one.keys.some(({ n }) => other.keys.some((key) => key.n === n));
}
