/** Returns whether a path belongs to the pages of `mintgate dev`. The GraphQL endpoint must be at another path. */
export function isPagePath(path: string): boolean {
  return path === '/' || path.startsWith('/dev/');
}
