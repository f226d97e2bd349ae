/**
 * The oldest supported version of Node.js: the first with `registerHooks` that runs TypeScript without flags. `engines` in package.json
 * has the same value.
 */
const oldest = [22, 18] as const;

/**
 * Returns a message when a version of Node.js is too old, or `undefined`.
 *
 * @param version - such as `22.18.0`
 */
export function unsupportedNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldest;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Node.js ${version} is too old: install Node.js ${oldest.join('.')} or later`;
}
