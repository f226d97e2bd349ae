import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DCLinter } from 'dclint';
import { describe, expect, test } from 'vitest';
import { defaultMaxWaitMs } from '../../src/cli/shutdown.ts';
import { environmentVariables, readEnvironment } from '../../src/config/environment.ts';
import { newFolder } from '../support/command.ts';
import { composeFile, readCompose } from './compose.ts';

// npm run test:deploy starts the gateway as configured in compose.yaml.
const { services } = await readCompose();
const { gateway, redis } = services;

/** Returns the problems that the linter finds in a file. It checks the schema of the Compose specification first. */
function problemsOf(file: string): string[] {
  const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
  // TypeScript cannot resolve the types of this package.
  const results = linter.lintFiles([file], false) as { messages: { message: string }[] }[];
  return results.flatMap(({ messages }) => messages.map(({ message }) => message));
}

describe('compose.yaml', () => {
  test('conforms to the Compose specification, and the linter finds an error', async () => {
    expect(problemsOf(fileURLToPath(composeFile))).toEqual([]);
    const text = await readFile(composeFile, 'utf8');
    const folder = await newFolder({ 'compose.yaml': text.replace('cap_drop:', 'cap_drops:') });
    expect(problemsOf(`${folder}/compose.yaml`)).toContainEqual(expect.stringMatching(/additional propert/i));
  });

  test('sets only existing settings of the gateway', () => {
    const environment = gateway?.environment ?? {};
    const names = environmentVariables.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(readEnvironment(environment)).toMatchObject({
      port: 4000,
      options: { redisUrl: 'redis://redis:6379/0' },
    });
    expect(gateway?.env_file).toBe('.env');
  });

  test('has a grace period that is longer than the shutdown of the gateway', () => {
    expect(gateway?.stop_grace_period).toMatch(/^\d+s$/);
    const grace = Number.parseInt(gateway?.stop_grace_period ?? '', 10) * 1000;
    expect(grace).toBeGreaterThan(readEnvironment({}).shutdownDelay + defaultMaxWaitMs);
  });

  test.each(Object.entries(services))(
    'runs %s on a read-only file system, without privileges',
    (_name, service) => {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    },
  );

  test('publishes the gateway on loopback only, and does not publish Redis', () => {
    expect(gateway?.ports).toEqual(['127.0.0.1:4000:4000']);
    expect(redis?.ports).toBeUndefined();
    expect(redis?.networks).toEqual(['inside']);
    expect(redis?.user).toBe('redis');
  });
});
