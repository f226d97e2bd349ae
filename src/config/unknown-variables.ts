import { closestName } from './closest-name.ts';

/** The environment variables that look like settings of Mintgate but are not. */
interface UnknownVariables {
  /** One line for each variable that is a misspelt setting. */
  misspelt: string[];
  /** One line for each other variable that begins with `MINTGATE_`. */
  ignored: string[];
}

/** The environment of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Finds variables that look like settings but are not read. Empty values count as not set.
 *
 * @param known - the names of all settings
 */
export function findUnknownVariables(env: Variables, known: readonly string[]): UnknownVariables {
  const unknown: UnknownVariables = { misspelt: [], ignored: [] };
  for (const [name, value] of Object.entries(env)) {
    if (!value?.trim() || known.includes(name) || clerkVariables.has(name)) continue;
    if (isInjectedForService(name, value)) continue;
    const meant = misspeltSetting(name, env, known);
    // A longer name is another variable, such as CLERK_SECRET_KEY_2.
    if (meant && !name.startsWith(`${meant}_`))
      unknown.misspelt.push(`${name}: there is no such setting: did you mean ${meant}?`);
    else if (name.startsWith('MINTGATE_')) unknown.ignored.push(ignoredLine(name, known));
  }
  return unknown;
}

/** Returns whether a variable such as `PORT` has an address that Kubernetes injects for a service, instead of a port. */
export function isServiceAddress(name: string, value: string): boolean {
  return /(?:^|_)PORT$/.test(name) && address.test(value);
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
function isInjectedForService(name: string, value: string): boolean {
  return address.test(value) || /_SERVICE_HOST$|_SERVICE_PORT(?:_|$)|_PORT_\d+_/.test(name);
}

const address = /^(?:tcp|udp|sctp):\/\//;

function misspeltSetting(name: string, env: Variables, known: readonly string[]): string | undefined {
  const upper = name.toUpperCase();
  if (known.includes(upper)) {
    // Other programs use generic names in lower case. On Windows, both spellings are the same variable.
    return prefix.test(upper) && env[upper] !== env[name] ? upper : undefined;
  }
  const prefixed = known.filter((setting) => prefix.test(setting));
  return closestName(upper, prefixed, (setting) => bareName(setting).length);
}

function ignoredLine(name: string, known: readonly string[]): string {
  const other = known.find((setting) => bareName(setting) === bareName(name));
  const hint = other ? `the setting is ${other}` : 'mintgate --help lists the settings';
  return `${name}: there is no such setting, and it is ignored: ${hint}`;
}

const prefix = /^(?:MINTGATE|CLERK)_/;

function bareName(setting: string): string {
  return setting.replace(prefix, '');
}

/** Variables of Clerk's SDKs that are similar to settings of Mintgate. */
const clerkVariables: ReadonlySet<string> = new Set(['CLERK_BAPI_URL', 'CLERK_FAPI_URL']);
