import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { optionTable, secretOptions } from '../../src/config/option-table.ts';
import type { TableEntry } from '../../src/config/setting.ts';

const entries = Object.entries<TableEntry>(optionTable);
const given = { secretKey: ['sk_test_a'.padEnd(40, 'a')] as const };

/** The doc comment of each option in options.ts, on one line. */
async function documentedOptions(): Promise<Map<string, { sentences: string; defaultText: string }>> {
  const text = await readFile(new URL('../../src/config/options.ts', import.meta.url), 'utf8');
  const comments = text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\??:/g);
  return new Map(
    [...comments].map(([, comment = '', name = '']) => {
      const line = comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim();
      const [sentences = '', defaultText = ''] = line.split(/\s*@default\s*/);
      return [name, { sentences, defaultText }] as const;
    }),
  );
}

/** Returns the default of an option as its doc comment has it. */
function documentedDefault({ presence, defaultText, default: value }: TableEntry): string {
  if (presence === 'required') return 'required';
  if (presence === 'optional') return `undefined (${defaultText})`;
  return defaultText ?? JSON.stringify(value);
}

const withoutQuotes = (text: string) => text.replace(/[`'"]/g, '');

describe('optionTable', () => {
  test('has the options of GatewayOptions, with the same defaults, and a sentence for each', async () => {
    const documented = await documentedOptions();
    expect([...documented.keys()].sort()).toEqual(entries.map(([name]) => name).sort());
    for (const [name, entry] of entries) {
      const { sentences, defaultText } = documented.get(name) ?? {};
      expect(sentences, name).toMatch(/^[A-Z`].{10,}\.$/);
      expect(withoutQuotes(defaultText ?? ''), name).toBe(withoutQuotes(documentedDefault(entry)));
    }
  });

  test('describes each option in sentences', () => {
    for (const [name, { description }] of entries) expect(`${name}: ${description}`).toMatch(/: .{10,}\.$/);
  });

  test('has defaults that its own formats accept', () => {
    const defaulted = entries.filter(([, { presence }]) => presence === 'defaulted');
    expect(defaulted.length).toBeGreaterThan(15);
    for (const [name, { schema, defaultFrom, default: value }] of defaulted) {
      expect(schema.safeParse(defaultFrom ? defaultFrom(given) : value).success, name).toBe(true);
    }
  });

  test('has a reader for the text of each environment variable', () => {
    for (const [name, { variable, fromText }] of entries) {
      expect(variable === undefined || fromText !== undefined, name).toBe(true);
    }
  });

  test.each(['1', '0.25', 'true', '*', 'a,b', '/x', 'https://a.example'])(
    'refuses what a variable reads from %j only with an error that says what is expected',
    (text) => {
      for (const [name, { schema, fromText }] of entries) {
        const read = fromText?.safeParse(text);
        if (!read?.success) continue;
        const message = schema.safeParse(read.data).error?.issues[0]?.message ?? 'expected';
        expect(message, name).toContain('expected');
      }
    },
  );
});

test('secretOptions names the secrets with their variables', () => {
  expect(secretOptions).toEqual([
    { option: 'secretKey', variable: 'CLERK_SECRET_KEY' },
    { option: 'redisUrl', variable: 'REDIS_URL' },
    { option: 'cacheKey', variable: 'MINTGATE_CACHE_KEY' },
    { option: 'webhookSigningSecret', variable: 'CLERK_WEBHOOK_SIGNING_SECRET' },
    { option: 'routerSecret', variable: 'MINTGATE_ROUTER_SECRET' },
    { option: 'coprocessorSecret', variable: 'MINTGATE_COPROCESSOR_SECRET' },
  ]);
});
