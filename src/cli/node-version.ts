/** The oldest Node.js that runs this: TypeScript without flags, and `registerHooks`. The same as `engines` in package.json. */
const oldest = [22, 18] as const;

/**
 * Says why a version of Node.js will not do; undefined for one that will.
 *
 * @param version - such as `22.18.0`
 */
export function unsupportedNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldest;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `needs Node.js ${oldest.join('.')} or later; this is ${version}`;
}
