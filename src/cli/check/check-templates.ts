import type { JwtTemplate } from '@clerk/backend';
import {
  createPolicies,
  firebaseTemplate,
  type ResolvedPolicy,
  type ResolvedTemplates,
} from '../../mint/policy.ts';
import { isTemplateName, templateNameForm } from '../../mint/template-name.ts';
import { printableText } from '../types/printable-text.ts';
import type { Finding } from './finding.ts';

/**
 * Compares the configured templates with the JWT templates of the Clerk instance.
 *
 * @param listed - the templates of the instance, by name
 */
export function checkTemplates(
  listed: ReadonlyMap<string, JwtTemplate>,
  templates: ResolvedTemplates,
): Finding[] {
  const policies = createPolicies(templates);
  const isAny = templates.others !== undefined;
  const names = [...(isAny ? listed : templates.byName).keys()];
  const findings = names.map((name) => checkTemplate(name, listed.get(name), policies(name)));
  const others = [...listed.keys()].filter((name) => !names.includes(name));
  if (others.length > 0) {
    const text = `templates of the instance that are not configured and cannot be minted: ${others.map(printableText).join(', ')}`;
    findings.push({ verdict: 'note', text });
  }
  return isAny ? [anyTemplate, ...findings] : findings;
}

const anyTemplate: Finding = {
  verdict: 'warn',
  text: "templates: '*' lets every signed-in caller mint every template of the instance",
};

function checkTemplate(
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
    const advice =
      'create it in Clerk Dashboard: Configure, JWT templates, or remove it from the configuration';
    return {
      verdict: 'fail',
      text: `template ${name}: configured, but the instance has no JWT template of this name: ${advice}`,
    };
  }
  if (!isTemplateName(name)) {
    return {
      verdict: 'warn',
      text: `template "${printableText(name)}": cannot be minted: rename it in Clerk; a name is ${templateNameForm}`,
    };
  }
  const { lifetime = template.lifetime, maxLifetime = Number.POSITIVE_INFINITY } = policy ?? {};
  const text = `template ${name}: lifetime ${lifetime} s`;
  if (lifetime <= maxLifetime) return { verdict: 'ok', text };
  const consequence = `more than its maxLifetime of ${maxLifetime} s: the gateway would refuse every token`;
  return { verdict: 'fail', text: `${text}, ${consequence}: set lifetime, or raise maxLifetime` };
}
