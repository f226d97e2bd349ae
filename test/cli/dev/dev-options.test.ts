import { expect, test } from 'vitest';
import type { Configuration } from '../../../src/cli/configuration/read-configuration.ts';
import { devOptions, requireFreePath, requireLoopback } from '../../../src/cli/dev/dev-options.ts';
import { readEnvironment } from '../../../src/config/environment.ts';
import { createLogger } from '../../../src/index.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
const logger = createLogger({ level: 'silent' });

/** Returns the configuration of an environment, and of a config file. */
function configurationOf(env: Record<string, string>, file: Configuration['options'] = {}): Configuration {
  const environment = readEnvironment(env);
  return {
    ...{ environment, warnings: [], dotEnv: false, imports: [], files: [] },
    configFile: 'mintgate.config.ts',
    fromFile: new Set(Object.keys(file)),
    secretFiles: environment.secretFiles,
    options: { ...file, ...environment.options },
  };
}

test('the keys of a real instance are replaced by those of the local Clerk', () => {
  const { secretKey, publishableKey, url: apiUrl } = world.clerk;
  const configuration = configurationOf({
    CLERK_SECRET_KEY: `sk_live_${'a'.repeat(40)}`,
    CLERK_API_URL: 'https://api.clerk.com',
    CLERK_JWT_KEY: world.clerk.jwtKey,
  });
  const { options } = devOptions(configuration, world.clerk, logger);
  expect(options).toMatchObject({ secretKey, publishableKey, apiUrl, mode: 'development', templates: '*' });
  expect(options.jwtKey).toBeUndefined();
});

test('templates and mintBudgetShare are configurable', () => {
  const env = { MINTGATE_TEMPLATES: 'hasura', MINTGATE_MINT_BUDGET_SHARE: '0.5' };
  expect(devOptions(configurationOf(env), world.clerk, logger).options).toMatchObject({
    templates: ['hasura'],
    mintBudgetShare: 0.5,
  });
  expect(devOptions(configurationOf({}), world.clerk, logger).settings.mintBudgetShare).toBe(1);
});

test('discovery is on, and can be turned off', () => {
  const discovery = (env: Record<string, string>) =>
    devOptions(configurationOf(env), world.clerk, logger).settings.discovery;
  expect([discovery({}), discovery({ MINTGATE_DISCOVERY: 'false' })]).toEqual([true, false]);
});

test.each([
  ['localhost', 'localhost'],
  ['127.0.0.1', '127.0.0.1'],
  ['127.8.9.10', '127.8.9.10'],
  ['::1', '::1'],
  ['[::1]', '::1'],
])('X09 the address %s is loopback', (host, expected) => {
  expect(requireLoopback(host)).toBe(expected);
});

test.each(['0.0.0.0', '::', '192.168.0.1', '127.999.999.999', 'example.com', ''])(
  'X09 the address %j is refused',
  (host) => {
    expect(() => requireLoopback(host)).toThrow(`HOST (or --host): ${host} is not a loopback address`);
  },
);

test('a GraphQL endpoint outside the paths of the pages is accepted', () => {
  expect(requireFreePath('/graphql', configurationOf({}))).toBe('/graphql');
});

test.each(['/', '/dev/graphql'])('the GraphQL endpoint %s is refused, and its source is named', (path) => {
  expect(() => requireFreePath(path, configurationOf({ MINTGATE_GRAPHQL_PATH: path }))).toThrow(
    /^MINTGATE_GRAPHQL_PATH: mintgate dev has its own pages/,
  );
  expect(() => requireFreePath(path, configurationOf({}, { graphqlEndpoint: path }))).toThrow(
    /^mintgate\.config\.ts: graphqlEndpoint: mintgate dev has its own pages/,
  );
});
