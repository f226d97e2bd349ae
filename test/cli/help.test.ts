import { describe, expect, test } from 'vitest';
import { type Command, commands } from '../../src/cli/commands.ts';
import { helpText, settingsTable } from '../../src/cli/help.ts';
import { environmentVariables } from '../../src/config/environment.ts';

const commandNames = Object.keys(commands) as Command[];

describe('helpText', () => {
  test.each(commandNames)('of %s fits into 100 columns and ends with a line feed', (command) => {
    const text = helpText(command);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test('lists every command and every variable with its default', () => {
    const text = helpText().replace(/\s+/g, ' ');
    for (const name of commandNames) expect(text).toContain(`mintgate ${name} ${commands[name].summary}`);
    for (const { name, description, defaultText } of environmentVariables) {
      expect(text).toContain(`${name} ${description}`);
      expect(text).toContain(`[${defaultText}]`);
    }
  });

  test('of a command lists its own options, the variables that it reads, and its own defaults', () => {
    const text = helpText('dev');
    expect(text).toMatch(/^mintgate dev: starts the gateway with a local Clerk/);
    expect(text).toContain('mintgate dev [--port <n>] [--host <address>] [--data <file>]');
    expect(text).toMatch(/^ {2}HOST .*\[`127\.0\.0\.1`\]$/m);
    expect(text).not.toContain('CLERK_SECRET_KEY');
  });

  test('says that secrets are read from files, and which of them may be several', () => {
    const text = helpText('dev').replace(/\s+/g, ' ');
    expect(text).toContain('Each secret (REDIS_URL, MINTGATE_CACHE_KEY, CLERK_WEBHOOK_SIGNING_SECRET, ');
    expect(text).toContain(
      'NAME_FILE, such as REDIS_URL_FILE, is the path of the file. All but REDIS_URL take several',
    );
  });

  test('of revoke shows that it takes one of its options, and lists only the variables that decide', () => {
    const text = helpText('revoke');
    expect(text).toContain('mintgate revoke (--session <id> | --user <id>)\n');
    expect(text).toMatch(/^ {2}REDIS_URL .*\[required\]$/ms);
    expect(text).not.toContain('MINTGATE_ROUTER_SECRET');
  });

  test('of fingerprint says that it needs the secret key only without a cache key', () => {
    const text = helpText('fingerprint').replace(/\s+/g, ' ');
    expect(text).toContain('[required without MINTGATE_CACHE_KEY]');
    expect(text).not.toContain('[required]');
  });

  test('of a command that reads no variables lists none', () => {
    expect(helpText('schema')).not.toContain('Environment');
  });
});

test('settingsTable has one row for each variable, with the option that it sets', () => {
  const [head, line, ...rows] = settingsTable().split('\n');
  expect([head, line]).toEqual([
    '| variable | option of `createGateway` | what it does | default | a change needs |',
    '|---|---|---|---|---|',
  ]);
  expect(rows).toHaveLength(environmentVariables.length);
  expect(rows[0]).toBe(
    '| `CLERK_SECRET_KEY` | `secretKey` | Secret key of the Clerk instance; while you replace it, the new key and the old one. Found in Clerk Dashboard: Configure, API keys. | required | reload |',
  );
  for (const row of rows) expect(row.split(' | ')).toHaveLength(5);
  const optionFor = (name: string) => rows.find((row) => row.includes(`\`${name}\``))?.split(' | ')[1];
  expect(optionFor('MINTGATE_PERSISTED_ONLY')).toBe('`persistedDocuments`');
  expect(optionFor('HOST')).toBe('none: the command only');
});
