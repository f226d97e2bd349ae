/** Returns one page of a list. */
export function pageOf<T>(items: T[], { limit, offset }: { limit: number; offset: number }): T[] {
  return items.slice(offset, offset + limit);
}

/** Sorts items by their creation time, newest first. Of items with the same time, the later one in the data comes first. */
export function newestFirst<T extends { created_at: number }>(items: Iterable<T>): T[] {
  return [...items].reverse().sort((a, b) => b.created_at - a.created_at);
}

/**
 * Returns whether an item passes a filter of signed values: `+id` and plain `id` include, `-id` excludes. A filter without
 * included values includes every value that it does not exclude.
 *
 * @param has - returns whether the item has a value
 */
export function passesSignedFilter(filter: string[] | undefined, has: (value: string) => boolean): boolean {
  if (!filter || filter.length === 0) return true;
  const excluded = filter.filter((value) => value.startsWith('-')).map((value) => value.slice(1));
  if (excluded.some(has)) return false;
  const included = filter.filter((value) => !value.startsWith('-')).map((value) => value.replace(/^\+/, ''));
  return included.length === 0 || included.some(has);
}

/**
 * Sorts items by a field: `field` or `+field` ascending, `-field` descending. Items without a value come last.
 *
 * @param sortValue - returns the value of a field of an item
 */
export function orderBy<T>(items: T[], order: string, sortValue: (item: T, field: string) => unknown): T[] {
  const direction = order.startsWith('-') ? -1 : 1;
  const field = order.replace(/^[+-]/, '');
  return [...items].sort((a, b) => {
    const [left, right] = [sortValue(a, field), sortValue(b, field)];
    if (left == null || right == null) return Number(left == null) - Number(right == null);
    if (left === right) return 0;
    return (left < right ? -1 : 1) * direction;
  });
}
