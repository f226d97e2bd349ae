import { writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { loadDotEnv } from '../../../src/cli/configuration/dot-env.ts';
import { readConfiguration } from '../../../src/cli/configuration/read-configuration.ts';
import { createReloadSettings } from '../../../src/cli/reload/reload-settings.ts';
import type { GatewayOptions } from '../../../src/index.ts';
import { newFolder } from '../../support/command.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
const cwd = process.cwd();
afterEach(async () => {
  // Without a file, the variables of the last one are removed.
  process.chdir(await newFolder({}));
  loadDotEnv();
  process.chdir(cwd);
  vi.unstubAllEnvs();
});

/** Prepares reloads of a folder with this `.env`, for a gateway that records its settings. */
async function start(dotEnv: string, files: Record<string, string> = {}) {
  const { secretKey, publishableKey } = world.clerk;
  vi.stubEnv('CLERK_SECRET_KEY', secretKey);
  vi.stubEnv('CLERK_PUBLISHABLE_KEY', publishableKey);
  vi.stubEnv('CLERK_AUTHORIZED_PARTIES', 'any');
  // Variables of the test run would each add a warning.
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('MINTGATE_')))
    vi.stubEnv(name, undefined);
  const folder = await newFolder({ '.env': dotEnv, ...files });
  process.chdir(folder);
  const log: unknown[][] = [];
  const write = (...line: unknown[]) => void log.push(line);
  const applied: GatewayOptions[] = [];
  const levels: string[] = [];
  const watched: (readonly string[])[] = [];
  const logger = { debug: write, info: write, warn: write, error: write };
  const started = await readConfiguration(folder);
  const reload = createReloadSettings({
    ...{ folder, started },
    gateway: {
      async reload(source) {
        applied.push(typeof source === 'function' ? await source() : source);
        return ['cacheSize'];
      },
    },
    ...{ logger, fixed: { logger } },
    setLogLevel: (level) => void levels.push(level),
    onFiles: (files) => void watched.push(files),
  });
  return { folder, reload, log, applied, levels, watched };
}

const write = (folder: string, name: string, text: string) => writeFile(join(folder, name), text);

test('reads the configuration again, and logs what needs a restart', async () => {
  const { folder, reload, log, applied, levels, watched } = await start('MINTGATE_TEMPLATES=hasura\n');
  await write(folder, '.env', 'MINTGATE_TEMPLATES=nhost\nMINTGATE_LOG_LEVEL=debug\nPORT=1234\n');
  await reload('SIGHUP');
  expect(applied).toMatchObject([{ templates: ['nhost'] }]);
  expect(levels).toEqual(['debug']);
  expect(watched).toEqual([[join(folder, '.env')]]);
  const changed = ['MINTGATE_TEMPLATES'];
  const needRestart = ['MINTGATE_CACHE_SIZE', 'PORT'];
  expect(log).toEqual([[{ cause: 'SIGHUP', changed, needRestart }, 'settings reloaded']]);
  await reload('SIGHUP');
  expect(log[1]).toMatchObject([{ changed: [] }, 'settings reloaded']);
});

test('logs the problems of a configuration that cannot be used, and changes nothing', async () => {
  const { folder, reload, log, applied, levels } = await start('MINTGATE_TEMPLATES=hasura\n');
  await write(
    folder,
    '.env',
    'MINTGATE_TEMPLATES=hasura\nMINTGATE_DEADLINE_MS=1\nMINTGATE_LOG_LEVEL=debug\n',
  );
  await reload('SIGHUP');
  const problems = ['MINTGATE_DEADLINE_MS: expected a whole number of milliseconds from 100 to 60000'];
  expect(log).toEqual([[{ cause: 'SIGHUP', problems }, 'settings not reloaded: nothing has changed']]);
  expect([applied, levels]).toEqual([[], []]);
  // A later file that can be used takes effect.
  await write(folder, '.env', 'MINTGATE_TEMPLATES=nhost\n');
  await reload('SIGHUP');
  expect(applied).toMatchObject([{ templates: ['nhost'] }]);
});

test('refuses to run without the config file with which the process has started', async () => {
  const config = 'export default { templates: ["hasura"] };';
  const files = { 'mintgate.config.mjs': config };
  const { folder, reload, log, applied } = await start('MINTGATE_TEMPLATES=hasura\n', files);
  const file = join(folder, 'mintgate.config.mjs');
  await rm(file);
  await reload('a file has changed');
  const problems = [`${file}: the config file is gone: put it back, or restart to run without it`];
  expect(log).toMatchObject([[{ problems }, 'settings not reloaded: nothing has changed']]);
  expect(applied).toEqual([]);
});

const refused = 'settings not reloaded: nothing has changed';

test('refuses to run without the .env that is in effect', async () => {
  const { folder, reload, log, applied } = await start('MINTGATE_TEMPLATES=hasura\n');
  await rm(join(folder, '.env'));
  await reload('SIGHUP');
  const problems = ['.env: the file is gone: put it back, or restart to run without it'];
  expect(log).toEqual([[{ cause: 'SIGHUP', problems }, refused]]);
  expect(applied).toEqual([]);
});

test('a refused reload leaves the variables of .env as they were', async () => {
  vi.stubEnv('RELOAD_TENANT', undefined);
  vi.stubEnv('RELOAD_OTHER', undefined);
  const { folder, reload, log } = await start('MINTGATE_TEMPLATES=hasura\nRELOAD_TENANT=one\n', {
    'mintgate.config.mjs': 'export default {};',
  });
  const variables = () => [process.env.RELOAD_TENANT, process.env.RELOAD_OTHER];
  await write(folder, '.env', 'MINTGATE_TEMPLATES=hasura\nRELOAD_TENANT=two\nRELOAD_OTHER=1\nPORT=x\n');
  await reload('SIGHUP');
  expect(variables()).toEqual(['one', undefined]);
  await write(folder, '.env', 'MINTGATE_TEMPLATES=hasura\nRELOAD_TENANT=two\nRELOAD_OTHER=1\n');
  await write(folder, 'mintgate.config.mjs', 'export default [];');
  await reload('SIGHUP');
  expect(variables()).toEqual(['one', undefined]);
  expect(log.map(([, message]) => message)).toEqual([refused, refused]);
  await write(folder, 'mintgate.config.mjs', 'export default {};');
  await reload('SIGHUP');
  expect(variables()).toEqual(['two', '1']);
});

test('watches the files that a refused reload has tried, beside those in effect', async () => {
  const { folder, reload, watched } = await start('MINTGATE_TEMPLATES=hasura\nREDIS_URL_FILE=old\n', {
    old: 'redis://localhost',
  });
  const [dotEnv, old, next] = ['.env', 'old', 'next'].map((name) => join(folder, name));
  await write(folder, '.env', 'MINTGATE_TEMPLATES=hasura\nREDIS_URL_FILE=next\n');
  await reload('a file has changed');
  expect(watched).toEqual([[dotEnv, old, next]]);
  await write(folder, 'next', 'redis://localhost');
  await reload('a file has changed');
  expect(watched[1]).toEqual([dotEnv, next]);
});

test('calls during a reload and shortly after it cause one more, which sees what has changed before them', async () => {
  const { folder, reload, log, applied } = await start('MINTGATE_TEMPLATES=hasura\n');
  const first = reload('SIGHUP');
  writeFileSync(join(folder, '.env'), 'MINTGATE_TEMPLATES=nhost\n');
  const others = Array.from({ length: 30 }, (_, at) => reload(`call ${at}`));
  await first;
  const after = reload('shortly after');
  await Promise.all([...others, after]);
  expect(log.map(([fields]) => (fields as { cause: string }).cause)).toEqual(['SIGHUP', 'call 0']);
  expect(applied.at(-1)).toMatchObject({ templates: ['nhost'] });
  await reload('later');
  expect(applied).toHaveLength(3);
});

test('refuses a config file that never finishes to load, and reloads later', async () => {
  const config = 'mintgate.config.mjs';
  const files = { [config]: 'export default { templates: ["hasura"] };' };
  const { folder, reload, log, applied } = await start('', files);
  await write(folder, config, 'await new Promise(() => {});');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const hanging = reload('SIGHUP');
  vi.advanceTimersByTime(30_000);
  await hanging;
  const problems = ['the config file is not loaded after 30 s: expected each `await` in it to end'];
  expect(log).toEqual([[{ cause: 'SIGHUP', problems }, refused]]);
  await write(folder, config, 'export default { templates: ["nhost"] };');
  await reload('SIGHUP');
  expect(applied).toMatchObject([{ templates: ['nhost'] }]);
  expect(vi.getTimerCount()).toBe(0);
});
