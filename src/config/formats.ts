/** The whole numbers that an option or a setting may be. */
export interface Range {
  /** The unit, such as `milliseconds`. */
  unit: string;
  least: number;
  most: number;
}

/** The longest life of a JWT template, in seconds: Clerk's Backend API, `expires_in_seconds`. */
export const longestLifetime = 315_360_000;

/** The ranges of the options that are whole numbers, for the options and for the environment. */
export const ranges = {
  deadline: { unit: 'milliseconds', least: 100, most: 60_000 },
  maxSessionTokenLifetime: { unit: 'seconds', least: 1, most: longestLifetime },
  maxBodyBytes: { unit: 'bytes', least: 1, most: 25_000_000 },
  cacheSize: { unit: 'tokens', least: 1, most: 10_000_000 },
  maxStaleAge: { unit: 'seconds', least: 0, most: 86_400 },
  mintBudget: { unit: 'mints', least: 1, most: 1_000_000 },
  sessionMintLimit: { unit: 'mints', least: 1, most: 1_000_000 },
  subscriptionLimit: { unit: 'subscriptions', least: 0, most: 1_000_000 },
  sessionSubscriptionLimit: { unit: 'subscriptions', least: 0, most: 1_000_000 },
} as const satisfies Record<string, Range>;

/** Says what is expected of a number in a range. */
export function expectedInRange({ unit, least, most }: Range): string {
  return `expected a whole number of ${unit} from ${least} to ${most}`;
}

/** Whether a number is a whole one in a range. */
export function isInRange(value: number, { least, most }: Range): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** The expected value of `mintBudgetShare` and `userMintShare`. */
export const expectedShare = 'expected a share of the budget: a number above 0, up to 1';
