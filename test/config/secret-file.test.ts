import { expect, test, vi } from 'vitest';
import { ConfigurationError } from '../../src/config/configuration-error.ts';
import { fileVariableOf, noFile, readSecretFile } from '../../src/config/secret-file.ts';

const env = { REDIS_URL_FILE: ' /run/secrets/redis ' };

test('fileVariableOf adds _FILE', () => {
  expect(fileVariableOf('REDIS_URL')).toBe('REDIS_URL_FILE');
});

test('reads the file that the variable names, without surrounding white space', () => {
  const read = (path: string) => (path === '/run/secrets/redis' ? '\n redis://h\n' : '');
  expect(readSecretFile('REDIS_URL', env, read)).toBe('redis://h');
});

test.each([{}, { REDIS_URL_FILE: ' ' }, { REDIS_URL: 'redis://h' }])('reads nothing for %j', (variables) => {
  expect(readSecretFile('REDIS_URL', variables, noFile)).toBeUndefined();
});

test('an empty value beside the file counts as not set', () => {
  expect(readSecretFile('REDIS_URL', { ...env, REDIS_URL: ' ' }, () => 'x')).toBe('x');
});

const missing = () => {
  throw Object.assign(new Error('no such file /run/secrets/redis'), { code: 'ENOENT' });
};

test('a problem that the reader has found is reported as it is', () => {
  const problem = new ConfigurationError(['REDIS_URL_FILE: expected another file']);
  const read = vi.fn(() => {
    throw problem;
  });
  expect(() => readSecretFile('REDIS_URL', env, read)).toThrow(problem);
  expect(read).toHaveBeenCalledWith('/run/secrets/redis', 'REDIS_URL_FILE');
});

test.each([
  [
    'a second value',
    { ...env, REDIS_URL: 'redis://h' },
    () => 'x',
    'REDIS_URL is set, too: expected one of the two',
  ],
  ['an empty file', env, () => ' \n', 'the file is empty: expected the secret'],
  [
    'a missing file',
    env,
    missing,
    'the file cannot be read (ENOENT): expected the path of a file with the secret',
  ],
  [
    'no files',
    env,
    noFile,
    'the file cannot be read (unreadable): expected the path of a file with the secret',
  ],
])('%s is a problem that names the variable and quotes nothing', (_what, variables, read, problem) => {
  expect(() => readSecretFile('REDIS_URL', variables, read)).toThrow(
    new ConfigurationError([`REDIS_URL_FILE: ${problem}`]),
  );
});
