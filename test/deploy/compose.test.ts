import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DCLinter } from 'dclint';
import { describe, expect, test } from 'vitest';
import { defaultPatience } from '../../src/cli/shutdown.ts';
import { environmentVariables, readEnvironment } from '../../src/config/environment.ts';
import { newFolder } from '../support/command.ts';
import { composeFile, readCompose } from './compose.ts';

// What it says is tried by npm run test:deploy.
const { services } = await readCompose();
const { gateway, redis } = services;

/** What the linter says of a file, which begins with the schema of the Compose specification. */
function problemsOf(file: string): string[] {
  const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
  // Its types name files that TypeScript does not find.
  const results = linter.lintFiles([file], false) as { messages: { message: string }[] }[];
  return results.flatMap(({ messages }) => messages.map(({ message }) => message));
}

describe('compose.yaml', () => {
  test('is as the Compose specification says, and the linter tells what is not', async () => {
    expect(problemsOf(fileURLToPath(composeFile))).toEqual([]);
    const text = await readFile(composeFile, 'utf8');
    const folder = await newFolder({ 'compose.yaml': text.replace('cap_drop:', 'cap_drops:') });
    expect(problemsOf(`${folder}/compose.yaml`)).toContainEqual(expect.stringMatching(/additional propert/i));
  });

  test('sets nothing of the gateway but settings that are understood', () => {
    const environment = gateway?.environment ?? {};
    const names = environmentVariables.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(readEnvironment(environment)).toMatchObject({
      port: 4000,
      options: { redisUrl: 'redis://redis:6379/0' },
    });
    expect(gateway?.env_file).toBe('.env');
  });

  test('gives the gateway more time to end than it takes', () => {
    expect(gateway?.stop_grace_period).toMatch(/^\d+s$/);
    const grace = Number.parseInt(gateway?.stop_grace_period ?? '', 10) * 1000;
    expect(grace).toBeGreaterThan(readEnvironment({}).shutdownDelay + defaultPatience);
  });

  test.each(Object.entries(services))('lets %s write nothing and do nothing', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  test('publishes the gateway to this machine alone, and Redis to nobody', () => {
    expect(gateway?.ports).toEqual(['127.0.0.1:4000:4000']);
    expect(redis?.ports).toBeUndefined();
    expect(redis?.networks).toEqual(['inside']);
    expect(redis?.user).toBe('redis');
  });
});
