/** Whether a path belongs to the pages of `mintgate dev`, so that the GraphQL endpoint cannot be there. */
export function isPagePath(path: string): boolean {
  return path === '/' || path.startsWith('/dev/');
}
