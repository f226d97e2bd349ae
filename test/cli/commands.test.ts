import { expect, test } from 'vitest';
import { commandOptions, commands } from '../../src/cli/commands.ts';
import { environmentVariables } from '../../src/config/environment.ts';

const variableNames = environmentVariables.map(({ name }) => name);

test.each(Object.entries(commands))(
  '%s names variables that exist',
  (_name, { ignoredVariables, onlyVariables, defaults }) => {
    const named = [...(ignoredVariables ?? []), ...(onlyVariables ?? []), ...Object.keys(defaults ?? {})];
    expect(variableNames).toEqual(expect.arrayContaining(named));
    const read = [...(onlyVariables ?? []), ...(ignoredVariables ?? [])];
    expect(read).toHaveLength(new Set(read).size);
    // A default of a variable that is not read would be a mistake.
    const shown = Object.keys(defaults ?? {});
    expect(shown.filter((name) => ignoredVariables?.includes(name))).toEqual([]);
    if (onlyVariables) expect(onlyVariables).toEqual(expect.arrayContaining(shown));
  },
);

test('every option belongs to a command, and every option of a command is described', () => {
  const used = new Set(Object.values(commands).flatMap(({ options }) => options));
  expect([...used].sort()).toEqual(Object.keys(commandOptions).sort());
  for (const [name, { usage, description }] of Object.entries(commandOptions)) {
    expect(usage).toMatch(new RegExp(`^--${name}( <[a-z]+>)?$`));
    expect(description).toMatch(/(\.|\])$/);
  }
});
