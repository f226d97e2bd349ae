import leven, { closestMatch } from 'leven';

/**
 * Returns the known name that a misspelt name probably means, or `undefined`. Up to two letters may differ, one in a name of less than
 * eight letters, none in a name of less than five.
 *
 * @param length - returns the length of a name without a common prefix. @default the length of the name
 */
export function closestName(
  name: string,
  known: readonly string[],
  length = (candidate: string) => candidate.length,
): string | undefined {
  const closest = closestMatch(name, known, { maxDistance: 2 });
  if (closest === undefined) return undefined;
  return leven(name, closest) <= tolerance(length(closest)) ? closest : undefined;
}

function tolerance(length: number): number {
  if (length < 5) return 0;
  return length < 8 ? 1 : 2;
}
