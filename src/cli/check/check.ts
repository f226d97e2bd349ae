import { completeOptions, readConfiguration } from '../configuration/read-configuration.ts';
import { checkClock } from './check-clock.ts';
import { checkJwtKey } from './check-jwt-key.ts';
import { checkPublishableKey } from './check-publishable-key.ts';
import { checkRedis } from './check-redis.ts';
import { report } from './check-report.ts';
import { checkTemplates } from './check-templates.ts';
import { reachClerk } from './reach-clerk.ts';

/** `mintgate check`: is the configuration right, and does Clerk agree with it? Sets the exit code. */
export async function check(): Promise<void> {
  const configuration = await readConfiguration(process.cwd());
  const { settings } = completeOptions(configuration.options, configuration);
  const { secretKey, jwtKey, redisUrl, apiUrl } = settings;
  const instance = secretKey.startsWith('sk_live_') ? 'live' : 'test';
  const sources = ['the environment', ...(configuration.dotEnv ? ['.env'] : [])];
  if (configuration.configFile) sources.push(configuration.configFile);
  report({
    verdict: 'ok',
    text: `configuration: complete, from ${sources.join(' and ')}, for a ${instance} instance`,
  });
  for (const text of configuration.warnings) report({ verdict: 'warn', text });
  const clerk = await reachClerk(apiUrl, secretKey);
  report({ verdict: 'ok', text: `Clerk: reached at ${apiUrl} in ${clerk.took} ms` });
  const findings = [
    checkClock(clerk),
    await checkPublishableKey(settings),
    ...(jwtKey ? [checkJwtKey(jwtKey, clerk)] : []),
    ...(redisUrl ? [await checkRedis({ ...settings, redisUrl })] : []),
    ...(await checkTemplates(settings)),
  ];
  for (const finding of findings) report(finding);
  if (findings.some(({ verdict }) => verdict === 'fail')) process.exitCode = 1;
}
