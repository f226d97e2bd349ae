import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';

describe('readArguments', () => {
  test.each<[string[], string]>([
    [
      ['dev', 'data.json'],
      'expected one command, got: dev data.json (npm passes options only after --, as in:',
    ],
    [['dev', '--port', 'http'], '--port: expected a port from 0 to 65535'],
    [['dev', '--port', '65536'], '--port: expected a port from 0 to 65535'],
    [
      ['dev', '--rate-limit', '0'],
      '--rate-limit: expected a number of requests per 10 s from 1 to 999999, such as 100',
    ],
    [['constructor'], 'there is no command "constructor"; see mintgate --help'],
    [['sreve', '--port', '3'], 'there is no command "sreve"; see mintgate --help'],
    [['serve', '--data', 'x'], '--data is an option of mintgate dev only'],
    [['check', '--port', '1'], '--port is an option of mintgate dev and serve only'],
    [['check', '--check'], '--check is an option of mintgate types only'],
    [['serve', '--user', 'user_a'], '--user is an option of mintgate revoke only'],
    [['fingerprint', 'eyJhbGciOiJub25lIn0.e30.'], 'reads the token from standard input'],
    [['eyJhbGciOiJub25lIn0.e30.'], 'there is no command "[redacted]"; see mintgate --help'],
    [['check', 'eyJhbGciOiJub25lIn0.e30.'], 'expected one command, got: check [redacted] (npm'],
    [['--json'], '--json is an option of mintgate dev only'],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  test('reads the options of a command', () => {
    const line = readArguments(['dev', '--port', '65535', '--data', 'x', '--rate-limit', '100', '--json']);
    expect(line).toMatchObject({ command: 'dev', port: 65_535, data: 'x', rateLimit: 100, json: true });
  });

  test('reads an empty command line', () => {
    expect(readArguments([])).toEqual({
      ...{ command: undefined, port: undefined, host: undefined, data: undefined, rateLimit: undefined },
      ...{ session: undefined, user: undefined, json: false, mount: undefined, help: false, version: false },
      ...{ from: undefined, out: undefined, jsonSchema: undefined, registration: 'register', check: false },
    });
  });

  test.each([
    [['help', 'dev'], { command: 'dev', help: true }],
    [['dev', '--help'], { command: 'dev', help: true }],
    [['-h'], { command: undefined, help: true }],
    [['-v'], { command: undefined, version: true }],
    [['init', '--mount', 'next'], { command: 'init', mount: 'next' }],
    [['serve', '--port', '0', '--host', '::1'], { port: 0, host: '::1' }],
    [
      ['types', '--from', 'demo', '--out', 'a.ts', '--json-schema', 'a.json', '--no-register', '--check'],
      { from: 'demo', out: 'a.ts', jsonSchema: 'a.json', registration: 'no-register', check: true },
    ],
    [['revoke', '--session', 'sess_a'], { command: 'revoke', session: 'sess_a', user: undefined }],
  ])('reads %j', (args, line) => {
    expect(readArguments(args)).toMatchObject(line);
  });

  test.each<[string[], string]>([
    [['init', '--mount', 'rails'], '--mount: expected one of '],
    [['dev', '--rate-limit', '1e3'], '--rate-limit: expected a number of requests'],
    [['dev', '--wat'], "Unknown option '--wat'; see mintgate --help"],
    [['help', 'dev', 'serve'], 'expected one command, got: help dev serve'],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
