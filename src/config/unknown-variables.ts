import { closestName } from './closest-name.ts';

/** The variables of an environment that seem to be meant for Mintgate and are none of its settings. */
export interface UnknownSettings {
  /** One line for each that is a misspelt setting. */
  misspelt: string[];
  /** One line for each other that begins with `MINTGATE_`. */
  ignored: string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Looks for variables that nothing reads though they look like settings. Empty values count as not set.
 *
 * @param settings - the names of all settings
 */
export function findUnknownSettings(env: Variables, settings: readonly string[]): UnknownSettings {
  const unknown: UnknownSettings = { misspelt: [], ignored: [] };
  for (const [name, value] of Object.entries(env)) {
    if (!value?.trim() || settings.includes(name) || clerksOwn.has(name)) continue;
    if (isInjectedForService(name, value)) continue;
    const meant = misspeltSetting(name, env, settings);
    // A longer name is another variable, such as CLERK_SECRET_KEY_2.
    if (meant && !name.startsWith(`${meant}_`))
      unknown.misspelt.push(`${name}: there is no such setting: did you mean ${meant}?`);
    else if (name.startsWith('MINTGATE_')) unknown.ignored.push(ignoredLine(name, settings));
  }
  return unknown;
}

/** Whether a setting's own name carries what Kubernetes injects for a service: an address in place of a port. */
export function isServiceAddress(name: string, value: string): boolean {
  return /(?:^|_)PORT$/.test(name) && address.test(value);
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
function isInjectedForService(name: string, value: string): boolean {
  return address.test(value) || /_SERVICE_HOST$|_SERVICE_PORT(?:_|$)|_PORT_\d+_/.test(name);
}

const address = /^(?:tcp|udp|sctp):\/\//;

function misspeltSetting(name: string, env: Variables, settings: readonly string[]): string | undefined {
  const upper = name.toUpperCase();
  if (settings.includes(upper)) {
    // Generic names in lower case are other programs'; on Windows, both spellings are the same variable.
    return prefix.test(upper) && env[upper] !== env[name] ? upper : undefined;
  }
  const prefixed = settings.filter((setting) => prefix.test(setting));
  return closestName(upper, prefixed, (setting) => bareName(setting).length);
}

function ignoredLine(name: string, settings: readonly string[]): string {
  const other = settings.find((setting) => bareName(setting) === bareName(name));
  const hint = other ? `the setting is ${other}` : 'see mintgate --help for those that there are';
  return `${name}: there is no such setting, and it is ignored: ${hint}`;
}

const prefix = /^(?:MINTGATE|CLERK)_/;

function bareName(setting: string): string {
  return setting.replace(prefix, '');
}

/** Variables of Clerk's own that look like one of these settings. */
const clerksOwn: ReadonlySet<string> = new Set(['CLERK_BAPI_URL', 'CLERK_FAPI_URL']);
