import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  completeOptions,
  readConfiguration,
  requireOptions,
} from '../../../src/cli/configuration/read-configuration.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';
import type { GatewayOptions } from '../../../src/config/options.ts';
import { newFolder } from '../../support/command.ts';

const good: GatewayOptions = {
  secretKey: ['sk', 'test', 'abc'].join('_'),
  publishableKey: `pk_test_${btoa('clerk.example.com$')}`,
  authorizedParties: 'any',
  templates: ['hasura'],
};

function problemsOf(
  options: Partial<GatewayOptions>,
  configuration?: Parameters<typeof completeOptions>[1],
): readonly string[] {
  try {
    completeOptions(options, configuration);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('completeOptions', () => {
  test('returns the unchanged options and their settings', () => {
    const { options, settings } = completeOptions(good);
    expect(options).toBe(good);
    expect(settings).toMatchObject({ graphqlEndpoint: '/graphql', frontendApi: 'clerk.example.com' });
  });

  test('names the variable of an option that the environment sets', () => {
    expect(problemsOf({ ...good, deadline: 1 })).toEqual([
      'MINTGATE_DEADLINE_MS: expected a whole number of milliseconds from 100 to 60000',
    ]);
  });

  test('names the config file of an option that the file sets', () => {
    const configuration = {
      configFile: 'mintgate.config.ts',
      fromFile: new Set(['corsOrigins']),
      secretFiles: new Set<string>(),
    };
    expect(problemsOf({ ...good, corsOrigins: ['*'], deadline: 1 }, configuration)).toEqual([
      expect.stringMatching(/^mintgate\.config\.ts: corsOrigins\.0: expected an exact origin/),
      expect.stringMatching(/^MINTGATE_DEADLINE_MS: /),
    ]);
  });

  test('explains where settings belong when there is no secret key', () => {
    const { secretKey: _, ...others } = good;
    expect(problemsOf(others).at(-1)).toMatch(/^settings go into the environment, or into a file \.env/);
  });
});

describe('readConfiguration', () => {
  beforeEach(() => {
    for (const name of Object.keys(process.env)) {
      if (/^(?:CLERK|MINTGATE|REDIS)_/.test(name)) vi.stubEnv(name, undefined);
    }
    vi.stubEnv('NODE_ENV', undefined);
  });
  afterEach(() => void vi.unstubAllEnvs());

  test('reads the environment, with a warning for each ignored variable', async () => {
    vi.stubEnv('MINTGATE_TEMPLATES', 'hasura');
    vi.stubEnv('MINTGATE_DEADLINE_MS', '1500');
    vi.stubEnv('MINTGATE_IMAGE', 'x');
    const configuration = await readConfiguration(await newFolder({}));
    expect(configuration).toMatchObject({ configFile: undefined, fromFile: new Set() });
    expect(configuration.options).toEqual({ templates: ['hasura'], deadline: 1_500 });
    expect(configuration.warnings).toEqual([expect.stringMatching(/^MINTGATE_IMAGE: .* ignored/)]);
  });

  test('reads secrets from files of the folder, also as PowerShell writes them', async () => {
    vi.stubEnv('CLERK_SECRET_KEY_FILE', 'key');
    vi.stubEnv('REDIS_URL_FILE', 'redis');
    const utf16 = Buffer.from('\ufeffredis://localhost\r\n', 'utf16le');
    const folder = await newFolder({ key: `${good.secretKey}\n` });
    await writeFile(join(folder, 'redis'), utf16);
    const { options, secretFiles } = await readConfiguration(folder);
    expect(options).toEqual({ secretKey: good.secretKey, redisUrl: 'redis://localhost' });
    expect(secretFiles).toEqual(new Set(['secretKey', 'redisUrl']));
  });

  test('names the variable of a file with a wrong secret', async () => {
    vi.stubEnv('MINTGATE_CACHE_KEY_FILE', 'key');
    const configuration = await readConfiguration(await newFolder({ key: `${'a'.repeat(32)}\nshort` }));
    expect(problemsOf({ ...good, ...configuration.options }, configuration)).toEqual([
      'MINTGATE_CACHE_KEY_FILE (entry 2): expected a secret text of at least 32 characters',
    ]);
  });

  test('refuses a file that does not exist', async () => {
    vi.stubEnv('REDIS_URL_FILE', 'nowhere');
    await expect(readConfiguration(await newFolder({}))).rejects.toThrow(
      'REDIS_URL_FILE: the file cannot be read (ENOENT)',
    );
  });

  test('refuses a binary file, so that two of them are never the same secret', async () => {
    vi.stubEnv('MINTGATE_CACHE_KEY_FILE', 'key');
    const folder = await newFolder({});
    await writeFile(join(folder, 'key'), Buffer.alloc(32, 0xfe));
    await expect(readConfiguration(folder)).rejects.toThrow(
      new ConfigurationError(['MINTGATE_CACHE_KEY_FILE: expected a file with text in UTF-8']),
    );
  });

  test('refuses a pipe in place of a file, without waiting for its writer', async () => {
    const folder = await newFolder({});
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    vi.stubEnv('REDIS_URL_FILE', 'pipe');
    const problem = 'expected a regular file, not a folder, a pipe, a socket or a device';
    await expect(readConfiguration(folder)).rejects.toThrow(
      new ConfigurationError([`REDIS_URL_FILE: ${problem}`]),
    );
    vi.stubEnv('REDIS_URL_FILE', undefined);
    vi.stubEnv('MINTGATE_PERSISTED_ONLY', 'pipe');
    await expect(readConfiguration(folder)).rejects.toThrow(
      new ConfigurationError([`MINTGATE_PERSISTED_ONLY: pipe: ${problem}`]),
    );
  });

  test('reads persisted documents from the folder', async () => {
    vi.stubEnv('MINTGATE_PERSISTED_ONLY', 'mine.json');
    const folder = await newFolder({ 'mine.json': '{ "mine": "{ __typename }" }' });
    expect((await readConfiguration(folder)).options).toEqual({
      persistedDocuments: { mine: '{ __typename }' },
    });
  });

  test('reports each file before it reads it, also when the configuration cannot be used', async () => {
    vi.stubEnv('MINTGATE_CONFIG', 'nowhere.ts');
    vi.stubEnv('MINTGATE_PERSISTED_ONLY', 'mine.json');
    vi.stubEnv('REDIS_URL_FILE', 'redis');
    const folder = await newFolder({ redis: 'redis://localhost' });
    const files: string[] = [];
    const read = readConfiguration(folder, { onFile: (file) => void files.push(file) });
    await expect(read).rejects.toThrow('MINTGATE_CONFIG: there is no file nowhere.ts');
    expect(files).toEqual(['.env', 'redis', 'nowhere.ts', 'mine.json'].map((name) => join(folder, name)));
  });

  test('refuses a malformed variable', async () => {
    vi.stubEnv('PORT', 'x');
    await expect(readConfiguration(await newFolder({}))).rejects.toThrow('PORT: expected a port');
  });
});

describe('requireOptions', () => {
  const sources = { configFile: 'mintgate.config.ts', secretFiles: new Set<string>() };
  const require = (options: Partial<GatewayOptions>) =>
    requireOptions(['secretKey', 'templates'], {
      ...sources,
      ...{ options, fromFile: new Set(['templates']) },
    } as unknown as Parameters<typeof requireOptions>[1]);

  test('accepts options that are complete only for the command', () => {
    const { secretKey, templates } = good;
    expect(() => require({ secretKey, templates })).not.toThrow();
    expect(() => require({ secretKey, templates, deadline: 1 })).not.toThrow();
    expect(() => require(good)).not.toThrow();
  });

  test('names each of them that is missing or malformed, by its source', () => {
    expect(() => require({ templates: { a: { lifetime: 1 } } })).toThrow(
      expect.objectContaining({
        problems: [
          expect.stringMatching(/^CLERK_SECRET_KEY: is missing: /),
          expect.stringMatching(/^mintgate\.config\.ts: templates\.a\.lifetime: /),
        ],
      }),
    );
  });
});
