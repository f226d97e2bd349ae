/** Compares two texts by their code units, for an order that depends on no language. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
