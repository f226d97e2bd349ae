import { completeOptions, readConfiguration } from '../configuration/read-configuration.ts';
import { checkClock } from './check-clock.ts';
import { checkJwtKey } from './check-jwt-key.ts';
import { checkPublishableKey } from './check-publishable-key.ts';
import { checkRedis } from './check-redis.ts';
import { checkSecretKeys } from './check-secret-keys.ts';
import { checkTemplates } from './check-templates.ts';
import { checkTypes } from './check-types.ts';
import { type Finding, printFinding } from './finding.ts';
import { listTemplates } from './list-templates.ts';

/** Runs `mintgate check`: compares the configuration with the Clerk instance, and tests Redis. Sets the exit code 1 when a finding fails. */
export async function check(): Promise<void> {
  const configuration = await readConfiguration(process.cwd());
  const { settings } = completeOptions(configuration.options, configuration);
  const { publishableKey, jwtKey, redisUrl, templates, apiUrl } = settings;
  const instance = settings.secretKey[0].startsWith('sk_live_') ? 'live' : 'test';
  const sources = ['the environment', ...(configuration.dotEnv ? ['.env'] : [])];
  if (configuration.configFile) sources.push(configuration.configFile);
  printFinding({
    verdict: 'ok',
    text: `configuration: complete, from ${sources.join(' and ')}, for a ${instance} instance`,
  });
  for (const text of configuration.warnings) printFinding({ verdict: 'warn', text });
  const {
    clerk,
    reached,
    findings: keyFindings,
  } = await checkSecretKeys(settings.secretKey, {
    publishableKey,
    apiUrl,
  });
  printFinding({ verdict: 'ok', text: `Clerk: reached at ${apiUrl} in ${reached.tookMs} ms` });
  report([
    ...keyFindings,
    checkClock(reached),
    await checkPublishableKey(clerk),
    ...(jwtKey ? [checkJwtKey(jwtKey, reached)] : []),
    ...(redisUrl ? [await checkRedis({ ...settings, redisUrl })] : []),
  ]);
  // Throws when Clerk does not list them: the findings above are printed by then.
  const listed = await listTemplates(clerk);
  report([...checkTemplates(listed, templates), ...checkTypes(listed, configuration)]);
}

function report(findings: readonly Finding[]): void {
  for (const finding of findings) printFinding(finding);
  if (findings.some(({ verdict }) => verdict === 'fail')) process.exitCode = 1;
}
