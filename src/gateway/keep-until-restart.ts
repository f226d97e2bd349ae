import { optionTable } from '../config/option-table.ts';

import type { GatewayOptions } from '../config/options.ts';
import { parseOptions, type Settings } from '../config/parse-options.ts';
import type { RestartNeed, TableEntry } from '../config/setting.ts';

/** The settings after a reload. */
interface ReloadedSettings {
  readonly settings: Settings;
  /** The options whose changes take effect only after a restart. */
  readonly needRestart: readonly string[];
}

/**
 * Parses new options, among which those that need a restart keep their present values.
 *
 * @throws TypeError for options that are wrong by themselves, or together with the values that stay
 */
export function keepUntilRestart(present: Settings, options: GatewayOptions): ReloadedSettings {
  const next = parseOptions(options);
  const names = Object.entries<TableEntry>(optionTable)
    .filter(([name, { restart }]) => needsRestart(restart, name as Name, present, next))
    .map(([name]) => name as Name);
  const needRestart = names.filter((name) => isChanged(present[name], next[name]));
  const isOtherInstance = needRestart.some((name) => name === 'publishableKey' || name === 'apiUrl');
  const isOtherKey = present.secretKey.join() !== next.secretKey.join();
  if (isOtherInstance && isOtherKey) throw new TypeError(otherInstance);
  const kept = Object.fromEntries(names.map((name) => [name, present[name]]));
  const merged = Object.entries({ ...options, ...kept }).filter(([, value]) => value !== undefined);
  // Parsed again, because rules between options must hold for the values that stay.
  return { settings: parseOptions(Object.fromEntries(merged) as unknown as GatewayOptions), needRestart };
}

const otherInstance =
  'createGateway: secretKey: a reload cannot change to another Clerk instance (publishableKey, apiUrl): restart';

type Name = keyof typeof optionTable;

function needsRestart(need: RestartNeed | undefined, name: Name, present: Settings, next: Settings): boolean {
  if (need === 'to turn on or off') return (present[name] === undefined) !== (next[name] === undefined);
  return need === 'always';
}

// Functions and loggers are other objects each time that a config file is loaded, so they cannot be compared.
function isChanged(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one !== other;
  const isComparable = [one, other].every((value) => !['function', 'object'].includes(typeof value));
  return isComparable && one !== other;
}
