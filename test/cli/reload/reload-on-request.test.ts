import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { loadDotEnv } from '../../../src/cli/configuration/dot-env.ts';
import { readConfiguration } from '../../../src/cli/configuration/read-configuration.ts';
import { reloadOnRequest } from '../../../src/cli/reload/reload-on-request.ts';
import { createLogger } from '../../../src/logging/node-logger.ts';
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

test('a SIGHUP reloads the settings of the current folder, and sets the level of the log', async () => {
  const { secretKey, publishableKey } = world.clerk;
  vi.stubEnv('CLERK_SECRET_KEY', secretKey);
  vi.stubEnv('CLERK_PUBLISHABLE_KEY', publishableKey);
  vi.stubEnv('CLERK_AUTHORIZED_PARTIES', 'any');
  const folder = await newFolder({ '.env': 'MINTGATE_TEMPLATES=hasura\n' });
  process.chdir(folder);
  const logger = createLogger({ level: 'info', destination: { write() {} } });
  const templates = vi.fn();
  let onSighup = () => {};
  reloadOnRequest({
    gateway: {
      async reload(source) {
        const options = typeof source === 'function' ? await source() : source;
        templates(options.templates);
        return [];
      },
    },
    ...{ logger, fixed: { logger }, configuration: await readConfiguration(folder) },
    setOnSighup(act) {
      onSighup = act;
    },
  });
  expect(templates).not.toHaveBeenCalled();
  await writeFile(join(folder, '.env'), 'MINTGATE_TEMPLATES=nhost\nMINTGATE_LOG_LEVEL=error\n');
  onSighup();
  await vi.waitFor(() => expect(logger.level).toBe('error'));
  expect(templates.mock.calls).toEqual([[['nhost']]]);
});
