import { createClerkClient, type JwtTemplate } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { refusesSecretKey } from '../../clerk/clerk-error.ts';
import { defaultApiUrl } from '../../clerk/client.ts';
import { ConfigurationError } from '../../config/environment.ts';
import type { GatewayOptions } from '../../config/options.ts';
import {
  createPolicies,
  defaultMaxLifetime,
  firebaseTemplate,
  type ResolvedPolicy,
  templateNames,
} from '../../mint/policy.ts';
import { isTemplateName, templateNameForm } from '../../mint/template-name.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import { type Finding, keyRefused, patience } from './check-report.ts';

/**
 * Holds the templates of the configuration against those of the Clerk instance.
 *
 * @throws ConfigurationError when Clerk does not list its templates
 */
export async function checkTemplates(options: GatewayOptions): Promise<Finding[]> {
  const atClerk = new Map((await listTemplates(options)).map((template) => [template.name, template]));
  const { templates } = options;
  const policies = createPolicies(templates);
  const names = templates === '*' ? [...atClerk.keys()] : templateNames(templates);
  const findings = names.map((name) => describe(name, atClerk.get(name), policies(name)));
  const others = [...atClerk.keys()].filter((name) => !names.includes(name));
  if (others.length > 0)
    findings.push({ verdict: 'note', text: `not configured, so not mintable: ${others.join(', ')}` });
  return templates === '*' ? [everyTemplate, ...findings] : findings;
}

const everyTemplate: Finding = {
  verdict: 'warn',
  text: "templates: '*' lets every signed-in caller mint all of them",
};

function describe(
  name: string,
  template: JwtTemplate | undefined,
  policy: ResolvedPolicy | undefined,
): Finding {
  if (template === undefined && name === firebaseTemplate) {
    return {
      verdict: 'note',
      text: `template ${name}: cannot be checked: it is Clerk's Firebase integration, not a JWT template`,
    };
  }
  if (template === undefined) {
    return { verdict: 'fail', text: `template ${name}: configured, but Clerk has none of this name` };
  }
  if (!isTemplateName(name)) {
    return {
      verdict: 'warn',
      text: `template ${JSON.stringify(name)}: not for Mintgate: a name is ${templateNameForm}`,
    };
  }
  const lifetime = policy?.lifetime ?? template.lifetime;
  const { maxLifetime = defaultMaxLifetime } = policy ?? {};
  const text = `template ${name}: lives ${lifetime} s`;
  if (lifetime <= maxLifetime) return { verdict: 'ok', text };
  const consequence = `more than its maxLifetime of ${maxLifetime} s: every token will be refused`;
  return { verdict: 'fail', text: `${text}, ${consequence}` };
}

async function listTemplates(options: GatewayOptions): Promise<JwtTemplate[]> {
  const { secretKey, publishableKey, apiUrl = defaultApiUrl } = options;
  const clerk = createClerkClient({ secretKey, publishableKey, apiUrl, telemetry: { disabled: true } });
  try {
    const { data } = await withTimeout(
      clerk.jwtTemplates.list({ limit: 500 }),
      patience,
      () => new Error('no answer'),
    );
    return data;
  } catch (error) {
    const { status, errors } = isClerkAPIResponseError(error) ? error : {};
    throw new ConfigurationError([
      refusesSecretKey(errors)
        ? keyRefused
        : `Clerk does not list its JWT templates (${status ? `status ${status}` : 'no usable answer'})`,
    ]);
  }
}
