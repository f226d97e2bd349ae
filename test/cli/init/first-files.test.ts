import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { configText, dotEnvText } from '../../../src/cli/init/first-files.ts';
import { environmentVariables, readEnvironment } from '../../../src/config/environment.ts';

test('every variable in a first .env is a setting, and has an explanation', () => {
  const text = dotEnvText('# MINTGATE_TEMPLATES=hasura');
  const names = [...text.matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(names).toHaveLength(5);
  expect(environmentVariables.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  for (const name of names.filter((name) => name !== 'CLERK_PUBLISHABLE_KEY')) {
    expect(text).toMatch(new RegExp(`^# .*\\.\\n#? ?${name}=`, 'm'));
  }
});

test.each([
  ['# MINTGATE_TEMPLATES=hasura', undefined],
  ['MINTGATE_TEMPLATES=hasura', ['hasura']],
] as const)('with the line %s, the templates of the environment are %j', (line, templates) => {
  const { CLERK_SECRET_KEY: _, CLERK_PUBLISHABLE_KEY: _left, ...env } = parseEnv(dotEnvText(line));
  const { options } = readEnvironment(env);
  expect(options.templates).toEqual(templates);
  expect(options.authorizedParties).toEqual(['http://localhost:3000']);
});

test('a first config file is a module with one template', async () => {
  const module = configText.replace(
    `import { defineConfig } from 'mintgate';`,
    'const defineConfig = (config) => config;',
  );
  expect(module).not.toBe(configText);
  const url = `data:text/javascript,${encodeURIComponent(module)}`;
  const { default: config } = await import(/* @vite-ignore */ url);
  expect(config).toEqual({ templates: { hasura: {} } });
});
