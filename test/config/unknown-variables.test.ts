import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/configuration-error.ts';
import { environmentVariables, ignoredVariables, readEnvironment } from '../../src/config/environment.ts';
import { runCommand } from '../support/command.ts';

/** Returns the problems with these variables alone, for which a start is refused. */
function refusals(env: Record<string, string>): readonly string[] {
  try {
    readEnvironment(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('X21 a misspelt setting', () => {
  test.each([
    ['MINTGATE_REQUIRE_SESION', 'MINTGATE_REQUIRE_SESSION'],
    ['MINTGATE_REQUIRED_SESSION', 'MINTGATE_REQUIRE_SESSION'],
    ['MINTGATE_TEMPLATE', 'MINTGATE_TEMPLATES'],
    ['MINTGATE_CORS_ORIGIN', 'MINTGATE_CORS_ORIGINS'],
    ['MINTGATE_ROUTER_SECERT', 'MINTGATE_ROUTER_SECRET'],
    ['MINTGATE_CONFG', 'MINTGATE_CONFIG'],
    ['MINTGATE-TEMPLATES', 'MINTGATE_TEMPLATES'],
    ['MINGATE_TEMPLATES', 'MINTGATE_TEMPLATES'],
    ['mintgate_require_session', 'MINTGATE_REQUIRE_SESSION'],
    ['CLERK_AUTHORISED_PARTIES', 'CLERK_AUTHORIZED_PARTIES'],
    ['CLERK_WEBHOOK_SIGNING_SECRETS', 'CLERK_WEBHOOK_SIGNING_SECRET'],
    ['CLERK_JWT_KEYS', 'CLERK_JWT_KEY'],
  ])('X21 %s is refused with a line that names %s', (name, meant) => {
    expect(refusals({ [name]: 'true' })).toEqual([
      `${name}: there is no such setting: did you mean ${meant}?`,
    ]);
    expect(ignoredVariables({ [name]: 'true' })).toEqual([]);
  });

  test('X21 is reported together with wrong values', () => {
    expect(refusals({ MINTGATE_DEADLINES_MS: '1', PORT: 'x' })).toEqual([
      expect.stringMatching(/^MINTGATE_DEADLINES_MS: .* did you mean MINTGATE_DEADLINE_MS\?$/),
      expect.stringMatching(/^PORT: expected/),
    ]);
  });

  test('X21 counts as not set when it is empty', () => {
    expect(refusals({ MINTGATE_REQUIRE_SESION: ' ' })).toEqual([]);
  });

  test.each(['serve', 'check', 'dev'])('X21 ends mintgate %s with one line', async (command) => {
    const { code, stdout, stderr } = await runCommand([command], {
      env: { MINTGATE_REQUIRE_SESION: 'true' },
    });
    const line = 'there is no such setting: did you mean MINTGATE_REQUIRE_SESSION?';
    expect([code, stdout, stderr]).toEqual([1, '', `mintgate: MINTGATE_REQUIRE_SESION: ${line}\n`]);
  });
});

describe('X21 a variable that is not a setting', () => {
  test.each([
    ['CLERK_SECRET_KEY_2', []],
    ['CLERK_PUBLISHABLE_KEY_B', []],
    ['MINTGATE_TEMPLATES_2', [expect.stringContaining('it is ignored')]],
    ['MINTGATE_TEMPLATES_FILE', [expect.stringContaining('it is ignored')]],
  ])('X21 %s begins like a setting and is another variable', (name, ignored) => {
    expect([refusals({ [name]: 'x' }), ignoredVariables({ [name]: 'x' })]).toEqual([[], ignored]);
  });

  test.each(['MINTGATE_IMAGE', 'MINTGATE_TAG', 'MINTGATE_VERSION', 'MINTGATE_MODEL_RUNS', 'MINTGATE_X'])(
    'X21 %s is ignored with a warning',
    (name) => {
      expect(refusals({ [name]: 'x' })).toEqual([]);
      expect(ignoredVariables({ [name]: 'x' })).toEqual([
        `${name}: there is no such setting, and it is ignored: mintgate --help lists the settings`,
      ]);
    },
  );

  test.each([
    ['MINTGATE_PORT', 'PORT'],
    ['MINTGATE_SECRET_KEY', 'CLERK_SECRET_KEY'],
    ['MINTGATE_REDIS_URL', 'REDIS_URL'],
  ])('X21 %s is ignored with a warning that names %s', (name, other) => {
    expect(ignoredVariables({ [name]: '4000' })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: .* ignored: the setting is ${other}$`)),
    ]);
  });

  test.each([
    'CLERK_AFTER_SIGN_IN_URL CLERK_API_KEY CLERK_API_VERSION CLERK_BAPI_URL CLERK_CHECKOUT_CONTINUE_URL CLERK_DOMAIN CLERK_ENCRYPTION_KEY',
    'CLERK_FAPI CLERK_FAPI_URL CLERK_FRONTEND_API CLERK_IS_SATELLITE CLERK_JS CLERK_JS_URL CLERK_JS_VERSION CLERK_KEYLESS_DISABLED',
    'CLERK_MACHINE_SECRET_KEY CLERK_PREFETCH_UI CLERK_PROXY_URL CLERK_SIGN_IN_FALLBACK_REDIRECT_URL CLERK_SIGN_IN_URL CLERK_SIGN_UP_URL',
    'CLERK_TELEMETRY_DEBUG CLERK_TELEMETRY_DISABLED CLERK_TESTING_DEBUG CLERK_TESTING_TOKEN CLERK_UI_URL CLERK_WEBHOOK_SECRET',
    'NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY VITE_CLERK_PUBLISHABLE_KEY REDIS_HOST REDIS_URI REDIS_PORT POST http_port HOSTNAME NODE_OPTIONS port host',
  ])('X21 is not a misspelt setting when it belongs to Clerk or another program: %s', (names) => {
    const env = Object.fromEntries(names.split(' ').map((name) => [name, 'x']));
    expect([refusals(env), ignoredVariables(env)]).toEqual([[], []]);
  });

  test('X21 does not include the name of a variable that names the file of a secret', () => {
    const env = { CLERK_SECRET_KEY_FILE: '/a', MINTGATE_CACHE_KEY_FILE: '/b', REDIS_URL_FILE: '/c' };
    expect(ignoredVariables(env)).toEqual([]);
    expect(refusals({ MINTGATE_CACHE_KEYS_FILE: '/b' })).toEqual([
      'MINTGATE_CACHE_KEYS_FILE: there is no such setting: did you mean MINTGATE_CACHE_KEY_FILE?',
    ]);
  });

  test('X21 does not include the exact name of a setting', () => {
    const env = Object.fromEntries(environmentVariables.map(({ name }) => [name, 'x']));
    expect(refusals(env).filter((line) => line.includes('no such setting'))).toEqual([]);
    expect(ignoredVariables(env)).toEqual([]);
  });
});

describe('X21 a variable that Kubernetes injects for a service', () => {
  const injected = {
    MINTGATE_SERVICE_HOST: '10.0.0.1',
    MINTGATE_SERVICE_PORT: '4000',
    MINTGATE_SERVICE_PORT_HTTP: '4000',
    MINTGATE_PORT: 'tcp://10.0.0.1:4000',
    MINTGATE_PORT_4000_TCP: 'tcp://10.0.0.1:4000',
    MINTGATE_PORT_4000_TCP_PROTO: 'tcp',
    MINTGATE_PORT_4000_TCP_PORT: '4000',
    MINTGATE_PORT_4000_TCP_ADDR: '10.0.0.1',
    MINTGATE_CONFIGS_PORT: 'udp://10.0.0.2:4000',
    MINTGATE_CONFIGS_SERVICE_HOST: '10.0.0.2',
  };

  test('X21 is ignored without a warning, also under the name of a setting', () => {
    expect([refusals(injected), ignoredVariables(injected)]).toEqual([[], []]);
    expect(readEnvironment({ PORT: 'tcp://10.0.0.1:4000' }).port).toBe(4000);
  });

  test('X21 hides no wrong value of another setting', () => {
    expect(refusals({ MINTGATE_REQUIRE_SESSION: 'tcp://10.0.0.1:4000' })).toHaveLength(1);
  });
});
