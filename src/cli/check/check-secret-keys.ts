import type { ClerkSettings } from '../../clerk/client.ts';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { apiKeysPage } from '../../errors.ts';
import { keyRefusedMessage } from './call-clerk.ts';
import type { Finding } from './finding.ts';
import { type ReachedClerk, reachClerk } from './reach-clerk.ts';

/** The findings about the secret keys, and what the other checks need. */
interface CheckedSecretKeys {
  /** The settings with the key that the gateway mints with: the newest that Clerk accepts, of the instance of the oldest. */
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
  const oldest = answers.findLastIndex((answer) => answer !== undefined);
  const reference = answers[oldest];
  if (reference === undefined) {
    throw new ConfigurationError(
      list.length === 1
        ? [keyRefusedMessage]
        : list.map((_key, at) => `CLERK_SECRET_KEY (entry ${at + 1}): ${refusal}`),
    );
  }
  // As in the gateway: the older key has minted before, so a newer one must be of the same instance.
  const states = answers.map((answer) => stateOf(answer, reference));
  const minting = states.indexOf('right');
  const findings = states.map((state, at) => describe(state, at, { minting, oldest }));
  return {
    clerk: { ...base, secretKey: list[minting] as string },
    reached: answers[minting] ?? reference,
    findings: list.length === 1 ? [] : findings,
  };
}

const refusal = `Clerk refuses this key: copy it again from ${apiKeysPage}`;

type KeyState = 'right' | 'foreign' | 'refused';

function stateOf(answer: ReachedClerk | undefined, reference: ReachedClerk): KeyState {
  if (answer === undefined) return 'refused';
  return answer === reference || shareKey(answer, reference) ? 'right' : 'foreign';
}

function describe(
  state: KeyState,
  at: number,
  { minting, oldest }: { minting: number; oldest: number },
): Finding {
  const entry = `CLERK_SECRET_KEY (entry ${at + 1})`;
  if (state === 'refused' && at > minting) {
    return { verdict: 'note', text: `${entry}: Clerk refuses this key, and a newer one mints: remove it` };
  }
  if (state === 'refused') return { verdict: 'fail', text: `${entry}: ${refusal}` };
  if (state === 'foreign') {
    const problem = `is a key of another Clerk instance than entry ${oldest + 1}`;
    return { verdict: 'fail', text: `${entry}: ${problem}: copy both again from ${apiKeysPage}` };
  }
  return { verdict: 'ok', text: `${entry}: Clerk accepts this key${at === minting ? ', and it mints' : ''}` };
}

/** Returns whether two key sets have a public key in common, as those of one instance have. */
function shareKey(one: ReachedClerk, other: ReachedClerk): boolean {
  return one.keys.some(({ n }) => n !== undefined && other.keys.some((key) => key.n === n));
}
