/** Formats the path of a value in JSON, such as `users[0].id`; `top level` for the empty path. */
export function formatPath(path: readonly PropertyKey[]): string {
  const text = path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      return index > 0 ? `.${String(part)}` : String(part);
    })
    .join('');
  return text || 'top level';
}
