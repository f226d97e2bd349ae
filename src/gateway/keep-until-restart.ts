import { optionTable } from '../config/option-table.ts';
import type { Settings } from '../config/parse-options.ts';
import type { RestartNeed, TableEntry } from '../config/setting.ts';

/** The settings after a reload. */
interface ReloadedSettings {
  readonly settings: Settings;
  /** The options whose changes take effect only after a restart. */
  readonly needRestart: readonly string[];
}

/** Returns new settings in which the options that need a restart keep their present values. */
export function keepUntilRestart(present: Settings, next: Settings): ReloadedSettings {
  const names = Object.entries<TableEntry>(optionTable)
    .filter(([name, { restart }]) => needsRestart(restart, name as Name, present, next))
    .map(([name]) => name as Name);
  const kept = Object.fromEntries(names.map((name) => [name, present[name]]));
  return {
    settings: { ...next, ...kept, frontendApi: present.frontendApi },
    needRestart: names.filter((name) => isChanged(present[name], next[name])),
  };
}

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
