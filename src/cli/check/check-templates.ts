import { createClerkClient, type JwtTemplate } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { refusesSecretKey } from '../../clerk/clerk-error.ts';
import { ConfigurationError } from '../../config/environment.ts';
import type { Settings } from '../../config/parse-options.ts';
import { createPolicies, firebaseTemplate, type ResolvedPolicy } from '../../mint/policy.ts';
import { isTemplateName, templateNameForm } from '../../mint/template-name.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import { type Finding, keyRefused, patience } from './check-report.ts';

/**
 * Holds the templates of the configuration against those of the Clerk instance.
 *
 * @throws ConfigurationError when Clerk does not list its templates
 */
export async function checkTemplates(settings: Settings): Promise<Finding[]> {
  const atClerk = new Map((await listTemplates(settings)).map((template) => [template.name, template]));
  const { templates } = settings;
  const policies = createPolicies(templates);
  const all = templates.others !== undefined;
  const names = [...(all ? atClerk : templates.byName).keys()];
  const findings = names.map((name) => describe(name, atClerk.get(name), policies(name)));
  const others = [...atClerk.keys()].filter((name) => !names.includes(name));
  if (others.length > 0)
    findings.push({ verdict: 'note', text: `not configured, so not mintable: ${others.join(', ')}` });
  return all ? [everyTemplate, ...findings] : findings;
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
  const { lifetime = template.lifetime, maxLifetime = Number.POSITIVE_INFINITY } = policy ?? {};
  const text = `template ${name}: lives ${lifetime} s`;
  if (lifetime <= maxLifetime) return { verdict: 'ok', text };
  const consequence = `more than its maxLifetime of ${maxLifetime} s: every token will be refused`;
  return { verdict: 'fail', text: `${text}, ${consequence}` };
}

async function listTemplates(settings: Settings): Promise<JwtTemplate[]> {
  const { secretKey, publishableKey, apiUrl } = settings;
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
