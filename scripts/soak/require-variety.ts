import type { GatewayStats } from '../../src/index.ts';
import type { RevocationCounts } from './check-revocations.ts';
import { type Doors, requireDoors } from './doors.ts';
import { kinds } from './request-mix.ts';
import type { Tally } from './tally.ts';
import type { Violations } from './violations.ts';

interface Variety {
  readonly tally: Tally;
  readonly doors: Doors;
  readonly compared: RevocationCounts;
  readonly ways: GatewayStats['requests'];
  /** The smallest share of the GraphQL answers that the fast path must give. */
  readonly leastFastShare: number;
  readonly violations: Violations;
}

/** Adds violations when a full run did not include every kind of request and outcome, because such a run proves little. */
export function requireVariety({ tally, doors, compared, ways, leastFastShare, violations }: Variety): void {
  requireKinds(tally, violations);
  requireDoors(doors, violations);
  requireComparisons(compared, violations);
  requireBothWays(ways, leastFastShare, violations);
}

function requireKinds(tally: Tally, violations: Violations): void {
  const unseen = kinds.filter((kind) => kind !== 'malformed' && tally.total(kind) === 0);
  if (unseen.length > 0) violations.add('the run lacks variety', `never sent: ${unseen.join(', ')}`);
  for (const outcome of [
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'TEMPLATE_NOT_FOUND',
    'BAD_USER_INPUT',
    'RATE_LIMITED',
  ]) {
    if (tally.outcomes(outcome) === 0) violations.add('the run lacks variety', `no answer with ${outcome}`);
  }
  if (tally.outcomes('token') < tally.total() / 4)
    violations.add('the run lacks variety', 'few requests got a token');
}

/** Adds a violation when nothing was compared with a revocation or a change. */
function requireComparisons(compared: RevocationCounts, violations: Violations): void {
  for (const [what, count] of Object.entries(compared))
    if (count === 0) violations.add('the run lacks variety', `nothing was compared: ${what}`);
}

/** Adds a violation when the fast path answered too few requests to be tested. */
function requireBothWays(
  { fastPath, yoga }: GatewayStats['requests'],
  leastShare: number,
  violations: Violations,
): void {
  if (fastPath < (fastPath + yoga) * leastShare)
    violations.add('the run lacks variety', `the fast path answered ${fastPath} requests, Yoga ${yoga}`);
}
