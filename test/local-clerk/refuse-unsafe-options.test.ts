import { describe, expect, test } from 'vitest';
import { refuseUnsafeOptions, type StartConditions } from '../../src/local-clerk/refuse-unsafe-options.ts';

const start = (change: Partial<StartConditions> = {}) =>
  refuseUnsafeOptions({ nodeEnv: 'test', secretKey: undefined, host: '127.0.0.1', ...change });

describe('the local Clerk', () => {
  test.each(['production', 'PRODUCTION', 'Production', ' production', 'production ', 'production\r'])(
    'X09 refuses to start with NODE_ENV=%j',
    (nodeEnv) => {
      expect(() => start({ nodeEnv })).toThrow('does not start with NODE_ENV=production');
    },
  );

  test.each(['development', 'test', '', 'preproduction', undefined])('starts with NODE_ENV=%j', (nodeEnv) => {
    expect(() => start({ nodeEnv })).not.toThrow();
  });

  test('X09 refuses a live secret key and does not quote it', () => {
    const secretKey = ['sk', 'live', 'abc123'].join('_');
    expect(() => start({ secretKey })).toThrow('does not accept a live key as secretKey');
    expect(() => start({ secretKey })).not.toThrow('abc123');
  });

  test.each(['not-a-key', 'pk_test_x', 'sk_test_with space', 'sk_test_', ''])(
    'X09 refuses %j as a secret key',
    (secretKey) => {
      expect(() => start({ secretKey })).toThrow('it must start with sk_test_ and contain no spaces');
    },
  );

  test('accepts a test key', () => {
    expect(() => start({ secretKey: ['sk', 'test', 'mine'].join('_') })).not.toThrow();
  });

  test.each(['0.0.0.0', '::', '192.168.1.10', 'example.com', '', '127.0.0.1.example.com', '1270.0.0.1'])(
    'X09 refuses to listen on %j',
    (host) => {
      expect(() => start({ host })).toThrow(`does not listen on host "${host}"`);
    },
  );

  test.each(['localhost', '127.8.9.10', '::1', '[::1]'])('may listen on %s', (host) => {
    expect(() => start({ host })).not.toThrow();
  });
});
