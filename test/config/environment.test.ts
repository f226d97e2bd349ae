import { describe, expect, test } from 'vitest';
import { completeOptions } from '../../src/cli/configuration/read-configuration.ts';
import { ConfigurationError } from '../../src/config/configuration-error.ts';
import {
  describeVariableProblem,
  environmentVariables,
  ignoredVariables,
  readEnvironment,
} from '../../src/config/environment.ts';

const publishableKey = (kind: string) => `pk_${kind}_${btoa('clerk.example.com$')}`;

const complete = {
  CLERK_SECRET_KEY: 'sk_test_a',
  CLERK_PUBLISHABLE_KEY: publishableKey('test'),
  CLERK_AUTHORIZED_PARTIES: 'https://app.example.com, https://admin.example.com',
  MINTGATE_TEMPLATES: 'hasura, nhost',
};

/** Returns the problems that `mintgate serve` finds in an environment; none when it is right. */
function problems(env: Record<string, string | undefined>): readonly string[] {
  try {
    completeOptions(readEnvironment(env).options);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('readEnvironment', () => {
  test('reads lists, numbers and flags', () => {
    const env = {
      ...complete,
      MINTGATE_REQUIRE_SESSION: 'true',
      MINTGATE_ACCEPT_MISSING_AZP: '1',
      MINTGATE_PERSISTED_ONLY: 'documents.json',
      MINTGATE_DEADLINE_MS: '1500',
      MINTGATE_CORS_ORIGINS: 'https://app.example.com',
      NODE_ENV: 'development',
      PORT: '8080',
      HOST: '::1',
      MINTGATE_LOG_LEVEL: 'warn',
      MINTGATE_MINT_BUDGET_SHARE: '.5',
      MINTGATE_USER_MINT_SHARE: '0.1',
      MINTGATE_FINGERPRINT_IGNORE: 'seen_at, visits',
      REDIS_URL: 'redis://localhost:6379/1',
      MINTGATE_SHUTDOWN_DELAY_MS: '5000',
    };
    expect(readEnvironment(env)).toMatchObject({
      options: {
        secretKey: 'sk_test_a',
        publishableKey: publishableKey('test'),
        authorizedParties: ['https://app.example.com', 'https://admin.example.com'],
        templates: ['hasura', 'nhost'],
        requireSession: true,
        acceptMissingAzp: true,
        deadline: 1500,
        corsOrigins: ['https://app.example.com'],
        mode: 'development',
        mintBudgetShare: 0.5,
        userMintShare: 0.1,
        fingerprintIgnore: ['seen_at', 'visits'],
        redisUrl: 'redis://localhost:6379/1',
      },
      logLevel: 'warn',
      configFile: undefined,
      persistedOnly: 'documents.json',
      port: 8080,
      host: '::1',
      shutdownDelay: 5000,
      watch: false,
      secretFiles: new Set(),
    });
    expect(problems(env)).toEqual([]);
  });

  test('treats empty values as not set', () => {
    const { options, port, logLevel, shutdownDelay } = readEnvironment({
      CLERK_API_URL: '',
      PORT: ' ',
      MINTGATE_LOG_LEVEL: '',
    });
    expect([options, port, logLevel, shutdownDelay]).toEqual([{}, 4000, 'info', 2000]);
  });

  test('reads flags as words and as digits, and lists with gaps', () => {
    const requireSession = (text: string) =>
      readEnvironment({ MINTGATE_REQUIRE_SESSION: text }).options.requireSession;
    expect(['true', '1', 'false', '0'].map(requireSession)).toEqual([true, true, false, false]);
    expect(readEnvironment({ MINTGATE_TEMPLATES: 'a, ,b,,' }).options.templates).toEqual(['a', 'b']);
    expect(readEnvironment({ PORT: '65535' }).port).toBe(65_535);
    expect(() => readEnvironment({ PORT: '65536' })).toThrow('PORT: expected a port from 0 to 65535');
  });

  test('reads "any" and "*"', () => {
    const { options } = readEnvironment({ CLERK_AUTHORIZED_PARTIES: 'any', MINTGATE_TEMPLATES: '*' });
    expect(options).toEqual({ authorizedParties: 'any', templates: '*' });
  });

  test('restores the line feeds of a PEM that a host keeps on one line', () => {
    const { options } = readEnvironment({ CLERK_JWT_KEY: 'first\\nsecond' });
    expect(options.jwtKey).toBe('first\nsecond');
  });

  test('reads several secrets, the newest first, and one as a text', () => {
    const secretKey = (text: string) => readEnvironment({ CLERK_SECRET_KEY: text }).options.secretKey;
    expect(secretKey('sk_test_b, sk_test_a')).toEqual(['sk_test_b', 'sk_test_a']);
    expect(secretKey('sk_test_a,')).toBe('sk_test_a');
  });

  test('reads secrets from files, and says which', () => {
    const files: Record<string, string> = {
      '/run/secrets/key': 'sk_test_b\nsk_test_a\n',
      '/run/redis': ' redis://h ',
    };
    const env = { CLERK_SECRET_KEY_FILE: '/run/secrets/key', REDIS_URL_FILE: '/run/redis' };
    const { options, secretFiles } = readEnvironment(env, (path) => files[path] ?? '');
    expect(options).toEqual({ secretKey: ['sk_test_b', 'sk_test_a'], redisUrl: 'redis://h' });
    expect(secretFiles).toEqual(new Set(['secretKey', 'redisUrl']));
    expect(describeVariableProblem('secretKey.1', 'expected x', secretFiles)).toMatch(
      /^CLERK_SECRET_KEY_FILE \(entry 2\): expected x\. Find it in/,
    );
  });

  test('names every file that cannot be used, together with other problems', () => {
    const env = {
      CLERK_SECRET_KEY: 'sk_test_a',
      CLERK_SECRET_KEY_FILE: '/a',
      REDIS_URL_FILE: '/b',
      PORT: 'x',
    };
    expect(() => readEnvironment(env)).toThrow(
      /^CLERK_SECRET_KEY_FILE: CLERK_SECRET_KEY is set.*\nREDIS_URL_FILE: the file cannot be read.*\nPORT: /,
    );
  });

  test('reads no file for a setting that is not a secret', () => {
    const read = () => readEnvironment({ CLERK_PUBLISHABLE_KEY_FILE: '/a', PORT_FILE: '/a' }, () => 'b');
    expect(read().options).toEqual({});
  });

  test('names every wrong variable at once', () => {
    expect(problems({ PORT: 'x', MINTGATE_DEADLINE_MS: '-1', MINTGATE_REQUIRE_SESSION: 'yes' })).toEqual([
      'MINTGATE_REQUIRE_SESSION: expected true or false',
      'MINTGATE_DEADLINE_MS: expected a whole number of milliseconds from 100 to 60000',
      'PORT: expected a port from 0 to 65535',
    ]);
  });
});

describe('a configuration', () => {
  test('that is complete has no problems', () => {
    expect(problems(complete)).toEqual([]);
  });

  test.each([
    ['CLERK_SECRET_KEY', 'pk_test_swapped'],
    ['CLERK_PUBLISHABLE_KEY', 'sk_test_swapped'],
    ['CLERK_PUBLISHABLE_KEY', 'pk_test_truncated'],
    ['CLERK_JWT_KEY', '-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----'],
    ['CLERK_API_URL', 'not a url'],
    ['CLERK_API_URL', 'http://clerk.example.com'],
    ['CLERK_API_URL', 'https://user:word@clerk.example.com'],
    ['CLERK_API_URL', 'https://clerk.example.com/?x=1'],
    ['CLERK_AUTHORIZED_PARTIES', 'https://*.example.com'],
    ['CLERK_AUTHORIZED_PARTIES', 'app.example.com'],
    ['MINTGATE_CORS_ORIGINS', 'https://app.example.com/path'],
    ['MINTGATE_CORS_ORIGINS', '*'],
    ['MINTGATE_CORS_ORIGINS', 'null'],
    ['MINTGATE_TEMPLATES', 'has/ura'],
    ...['graphql', '/health', '/ready', '/a/../b', '/.', '/graphql/'].map((path) => [
      'MINTGATE_GRAPHQL_PATH',
      path,
    ]),
    ['MINTGATE_DEADLINE_MS', '3s'],
    ['MINTGATE_DEADLINE_MS', '1'],
    ['MINTGATE_MAX_SESSION_TOKEN_LIFETIME', '0'],
    ['MINTGATE_MAX_BODY_BYTES', '1e9'],
    ['REDIS_URL', 'localhost:6379'],
    ['MINTGATE_CACHE_KEY', 'short'],
    ['CLERK_WEBHOOK_SIGNING_SECRET', 'secret'],
    ['MINTGATE_ROUTER_SECRET', 'short'],
    ['MINTGATE_MINT_BUDGET', 'all'],
    ['MINTGATE_MINT_BUDGET_SHARE', '25%'],
    ['MINTGATE_MINT_BUDGET_SHARE', '2'],
    ['MINTGATE_USER_MINT_SHARE', '0'],
    ['MINTGATE_SESSION_MINT_LIMIT', '0'],
    ['MINTGATE_CACHE_SIZE', '0'],
    ['MINTGATE_MAX_STALE_AGE', '5min'],
    ['MINTGATE_FINGERPRINT_IGNORE', 'sub'],
    ['MINTGATE_LOG_LEVEL', 'loud'],
    ['PORT', '99999'],
  ])('with a wrong %s (%s) is refused with one line that names it', (name = '', value = '') => {
    const found = problems({ ...complete, [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name}\\b.*expected`));
    if (/KEY|ROUTER/.test(name)) expect(found[0]).not.toContain(value);
  });

  const numbers = environmentVariables.filter(({ name }) =>
    /PORT$|_MS$|AGE$|SIZE|BYTES|LIMIT|BUDGET|LIFETIME|TIMEOUT|INTERVAL/.test(name),
  );
  test.each(numbers.map(({ name }) => name))(
    'with a %s out of its range is refused with the range',
    (name) => {
      for (const text of ['-1', '1e3', '5s', '1.5', '999999999999', '99999999999999999999']) {
        const found = problems({ ...complete, [name]: text });
        // A share may have decimals.
        if (name === 'MINTGATE_MINT_BUDGET_SHARE' && found.length === 0) continue;
        expect(found).toEqual([
          expect.stringMatching(new RegExp(`^${name}: expected .*(from \\d+ to \\d+|above 0, up to 1)`)),
        ]);
      }
    },
  );

  test('with swapped keys names both', () => {
    const { CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY } = complete;
    expect(
      problems({
        ...complete,
        CLERK_SECRET_KEY: CLERK_PUBLISHABLE_KEY,
        CLERK_PUBLISHABLE_KEY: CLERK_SECRET_KEY,
      }),
    ).toEqual([
      expect.stringMatching(
        /^CLERK_SECRET_KEY: this is a publishable key \(are the two swapped\?\): .*Find it in/,
      ),
      expect.stringMatching(
        /^CLERK_PUBLISHABLE_KEY: this is a secret key \(are the two swapped\?\): .*Find it in/,
      ),
    ]);
  });

  test.each(['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'MINTGATE_TEMPLATES'])(
    'without %s is refused with the place where its value is found',
    (name) => {
      const [first, ...others] = problems({ ...complete, [name]: undefined });
      expect(first).toMatch(new RegExp(`^${name}: is missing: expected\\b.*Find it in Clerk Dashboard`));
      const hint = expect.stringMatching(/a file \.env in this folder; `mintgate dev` .* needs none/);
      expect(others).toEqual(name === 'CLERK_SECRET_KEY' ? [hint] : []);
    },
  );

  test('with a wrong entry of a list is refused with the position of the entry and the separator', () => {
    expect(problems({ ...complete, MINTGATE_CORS_ORIGINS: 'https://a.example, *' })).toEqual([
      expect.stringMatching(/^MINTGATE_CORS_ORIGINS \(entry 2\): expected an exact origin/),
    ]);
    expect(problems({ ...complete, MINTGATE_TEMPLATES: undefined })).toEqual([
      expect.stringMatching(
        /^MINTGATE_TEMPLATES: is missing: expected, separated by commas, the JWT templates .*Find/,
      ),
    ]);
  });

  test('with a wrong entry of several secrets is refused with the position of the entry', () => {
    const wrong = (text: string) => problems({ ...complete, CLERK_SECRET_KEY: text });
    expect(wrong('sk_test_b, pk_test_swapped')).toEqual([
      expect.stringMatching(/^CLERK_SECRET_KEY \(entry 2\): this is a publishable key/),
    ]);
    expect(wrong('sk_test_b,sk_test_b')).toEqual([
      expect.stringMatching(/^CLERK_SECRET_KEY \(entry 2\): occurs twice in the list/),
    ]);
    expect(wrong('sk_test_b,sk_live_a')).toEqual([
      expect.stringMatching(/^CLERK_SECRET_KEY \(entry 2\): .*one key is for test, the other for live/),
    ]);
    expect(wrong('1,2,3,4,5,6'.replace(/\d/g, 'sk_test_$&'))).toEqual([
      expect.stringMatching(/^CLERK_SECRET_KEY: expected one to 5 entries/),
    ]);
  });

  test('with keys of two instances is refused', () => {
    expect(problems({ ...complete, CLERK_PUBLISHABLE_KEY: publishableKey('live') })).toEqual([
      expect.stringMatching(/^CLERK_PUBLISHABLE_KEY: .*one key is for test, the other for live/),
    ]);
  });

  test('must name the authorized parties in production only', () => {
    const { CLERK_AUTHORIZED_PARTIES: _, ...withoutParties } = complete;
    expect(problems(withoutParties)).toEqual([
      expect.stringMatching(/^CLERK_AUTHORIZED_PARTIES: .*or 'any'/),
    ]);
    expect(problems({ ...withoutParties, NODE_ENV: 'staging' })).toHaveLength(1);
    expect(problems({ ...withoutParties, NODE_ENV: 'development' })).toEqual([]);
  });
});

describe('environmentVariables', () => {
  test('describe their effect and their default', () => {
    for (const { name, description, defaultText } of environmentVariables) {
      expect(`${name}: ${description} [${defaultText}]`).toMatch(/^[A-Z_]+: .{10,}\. \[[^[\]]+\]$/);
    }
  });

  test('have different names', () => {
    const names = environmentVariables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('ignoredVariables returns a line for a variable that nothing reads', () => {
  expect(ignoredVariables({ MINTGATE_IMAGE: 'x', PATH: '/bin' })).toEqual([
    'MINTGATE_IMAGE: there is no such setting, and it is ignored: mintgate --help lists the settings',
  ]);
});

describe('describeVariableProblem', () => {
  test.each([
    ['deadline', 'expected x', 'MINTGATE_DEADLINE_MS: expected x'],
    ['corsOrigins.1', 'expected x', 'MINTGATE_CORS_ORIGINS (entry 2): expected x'],
    ['corsOrigins', 'expected x', 'MINTGATE_CORS_ORIGINS: expected, separated by commas, x'],
    ['persistedDocuments.a', 'expected x', 'MINTGATE_PERSISTED_ONLY (entry a): expected x'],
    [
      'secretKey',
      'expected x',
      'CLERK_SECRET_KEY: expected x. Find it in Clerk Dashboard: Configure, API keys.',
    ],
    ['audit', 'expected x', 'audit: expected x'],
  ])('returns the line about %s', (path, message, line) => {
    expect(describeVariableProblem(path, message)).toBe(line);
  });
});
