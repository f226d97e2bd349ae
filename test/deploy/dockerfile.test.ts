import { readFile } from 'node:fs/promises';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { environmentVariables, readEnvironment } from '../../src/config/environment.ts';
import { readDockerfile } from './dockerfile.ts';

// npm run test:deploy builds and runs the image.
const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
const text = await read('Dockerfile');
const stages = readDockerfile(text);
const last = stages.at(-1)?.steps ?? [];

test('the Dockerfile is valid, and the linter finds an error', () => {
  expect(validate(text)).toEqual([]);
  expect(validate(text.replace('WORKDIR', 'WORKDIRS'))).not.toEqual([]);
});

test('the Dockerfile has the same version of Node.js as the tests', async () => {
  const { devDependencies } = JSON.parse(await read('package.json')) as { devDependencies: { node: string } };
  const base = `node:${devDependencies.node}-slim`;
  expect(stages.map((stage) => stage.base)).toEqual([base, base]);
});

test('the image runs as a numeric user other than root, and sets only existing settings', () => {
  expect(last.filter(({ keyword }) => keyword === 'USER')).toEqual([{ keyword: 'USER', value: '1000' }]);
  const variables = Object.assign({}, ...last.map((step) => (step.keyword === 'ENV' ? step.variables : {})));
  const names = environmentVariables.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(variables)));
  expect(readEnvironment(variables)).toMatchObject({
    options: { mode: 'production' },
    port: 4000,
    host: '0.0.0.0',
  });
});

test('an entry point in shell form is an error, because signals would not reach the process', () => {
  expect(() => readDockerfile(text.replace(/^ENTRYPOINT .*$/m, 'ENTRYPOINT node dist/cli.js'))).toThrow(
    /list in JSON/,
  );
});

test('.dockerignore excludes every file that it does not name', async () => {
  const rules = (await read('.dockerignore')).split('\n').filter((rule) => rule && !rule.startsWith('#'));
  expect(rules[0]).toBe('*');
  expect(rules.at(-1)).toBe('**/.env*');
});
