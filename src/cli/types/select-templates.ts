import { templateNames } from '../../config/resolve-templates.ts';
import { isWithinJsonDepth, maxJsonDepth } from '../../json/json-depth.ts';
import { redactSecrets } from '../../logging/redact-secrets.ts';
import { firebaseTemplate, type Templates } from '../../mint/policy.ts';
import { isTemplateName, templateNameForm } from '../../mint/template-name.ts';
import type { Finding } from '../check/finding.ts';
import { compareText } from './compare-text.ts';
import { printableText } from './printable-text.ts';
import { unknownShortcodes } from './type-of-claims.ts';

/** The templates of a Clerk instance. */
export interface ListedTemplates {
  /** The claims of each JWT template, by its name. */
  claims: ReadonlyMap<string, object>;
  /** Whether Clerk's Firebase integration is on; Clerk does not list it. */
  firebase: 'on' | 'off' | 'not listed';
}

/** A template that gets a type. */
export type SelectedTemplate =
  | { readonly kind: 'template'; readonly name: string; readonly claims: object }
  /** Clerk's Firebase integration, which has no JWT template. */
  | { readonly kind: 'firebase'; readonly name: string };

interface Selection {
  /** Sorted by name. */
  templates: readonly SelectedTemplate[];
  findings: readonly Finding[];
}

/**
 * Selects the templates that the gateway can mint.
 *
 * @param configured - the option `templates`. @default every template, as for `'*'`
 */
export function selectTemplates(listed: ListedTemplates, configured: Templates = '*'): Selection {
  const named = templateNames(configured);
  const names = configured === '*' ? allNames(listed) : named;
  const selected = names.toSorted(compareText).map((name) => selectTemplate(name, listed));
  const templates = selected.flatMap(({ template }) => template ?? []);
  const findings = selected.flatMap((one) => one.findings);
  return { templates, findings: templates.length === 0 ? [...findings, nothingToType] : findings };
}

const nothingToType: Finding = {
  verdict: 'warn',
  text: 'templates: there is none to write a type of: create one in Clerk Dashboard: Configure, JWT templates',
};

function allNames({ claims, firebase }: ListedTemplates): string[] {
  return [...new Set([...claims.keys(), ...(firebase === 'on' ? [firebaseTemplate] : [])])];
}

function selectTemplate(
  name: string,
  { claims: listed }: ListedTemplates,
): { template?: SelectedTemplate; findings: Finding[] } {
  const claims = listed.get(name);
  if (claims === undefined && name === firebaseTemplate) {
    const text = `template ${name}: has no JWT template: its type has the claims of a Firebase custom token`;
    return { template: { kind: 'firebase', name }, findings: [{ verdict: 'note', text }] };
  }
  if (claims === undefined) {
    const text = `template ${name}: gets no type: it is configured, but there is no JWT template of this name: create it, or remove it from the configuration`;
    return { findings: [{ verdict: 'warn', text }] };
  }
  if (!isTemplateName(name)) {
    const text = `template "${printableText(name)}": gets no type, because it cannot be minted: rename it in Clerk; a name is ${templateNameForm}`;
    return { findings: [{ verdict: 'warn', text }] };
  }
  if (!isWithinJsonDepth(claims)) {
    const text = `template ${name}: gets no type, because the gateway refuses its tokens: nest its claims at most ${maxJsonDepth} levels deep`;
    return { findings: [{ verdict: 'warn', text }] };
  }
  return { template: { kind: 'template', name, claims }, findings: findingsAbout(name, claims) };
}

function findingsAbout(name: string, claims: object): Finding[] {
  return unknownShortcodes(claims).map((shortcode) => {
    const text = `template ${name}: {{${shortLine(shortcode)}}} is not a known shortcode: its type is unknown`;
    return { verdict: 'note', text };
  });
}

/** Returns a text of a template for a line of output. */
function shortLine(text: string): string {
  const line = redactSecrets(printableText(text));
  return line.length > 100 ? `${line.slice(0, 100)}...` : line;
}
