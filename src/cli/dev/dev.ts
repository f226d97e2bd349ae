import { defaultHosts } from '../../config/command-table.ts';
import { createLogger } from '../../logging/node-logger.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import { logDestination } from '../log-destination.ts';
import { requireLoopback } from './dev-options.ts';
import { type ServeDevArguments, serveDev } from './serve-dev.ts';
import { type DevClerkArguments, startDevClerk } from './start-dev-clerk.ts';

interface DevArguments extends DevClerkArguments, ServeDevArguments {
  host: string | undefined;
}

/** Runs `mintgate dev`: starts a local Clerk, the gateway and GraphiQL in one process, on loopback. */
export async function dev(args: DevArguments): Promise<void> {
  const configuration = await readConfiguration(process.cwd());
  const host = requireLoopback(args.host ?? configuration.environment.host ?? defaultHosts.dev);
  const log = createLogger({
    level: configuration.environment.logLevel,
    destination: await logDestination('pretty', args.json ? process.stderr : process.stdout),
  });
  for (const warning of configuration.warnings) log.warn(warning);
  const clerk = await startDevClerk(args, (warning) => log.warn(warning));
  try {
    await serveDev({ args, configuration, host, log, clerk });
  } catch (error) {
    await clerk.close();
    throw error;
  }
}
