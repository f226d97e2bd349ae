import leven, { closestMatch } from 'leven';

/**
 * Returns the known name that a name is a misspelling of, or `undefined`: two letters may differ, one where the name has less than
 * eight, none where it has less than five.
 *
 * @param length - the length of a name without the part that all have in common. @default the length of the name
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
