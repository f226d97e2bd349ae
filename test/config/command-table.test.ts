import { describe, expect, test } from 'vitest';
import { commandTable, defaultHosts } from '../../src/config/command-table.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import type { TableEntry } from '../../src/config/setting.ts';

describe('commandTable', () => {
  test('has the defaults of the command', () => {
    const { options, secretFiles: _, ...settings } = readEnvironment({});
    expect(settings).toMatchObject({
      ...{ persistedOnly: undefined, logLevel: 'info', configFile: undefined },
      ...{ port: 4_000, host: undefined, shutdownDelay: 2_000, watch: false },
    });
    expect(options).toEqual({});
  });

  test('has defaults that its own formats accept', () => {
    for (const [name, { schema, presence, default: value }] of Object.entries<TableEntry>(commandTable)) {
      if (presence === 'defaulted') expect(schema.safeParse(value).success, name).toBe(true);
    }
  });

  test.each([
    ['true', 'true'],
    ['1', 'true'],
    ['false', undefined],
    ['0', undefined],
    ['documents.json', 'documents.json'],
  ])('reads MINTGATE_PERSISTED_ONLY=%s as %s', (text, value) => {
    expect(commandTable.persistedOnly.fromText.parse(text)).toBe(value);
  });

  test('documents the address of each command', () => {
    for (const host of Object.values(defaultHosts)) expect(commandTable.host.defaultText).toContain(host);
  });
});
