import { html } from 'hono/html';
import { isTemplateName } from '../../mint/template-name.ts';
import { sessionExample, templateExample } from './data-examples.ts';
import { defaultTemplate } from './default-template.ts';
import type { DemoTemplate, DemoWorld } from './demo-world.ts';

/** Most templates that the hint names. */
const maxNamed = 4;

/** Returns the HTML above GraphiQL of `mintgate dev` that says what to do, or what is missing in the data. */
export function devHint({ sessions, templates }: DemoWorld): string {
  const template = defaultTemplate(templates);
  const problems = [
    ...(sessions.length > 0 ? [] : [missing('There is no session to sign in as.', sessionExample)]),
    ...(template ? [] : [missing('There is no JWT template to mint from.', templateExample)]),
  ];
  if (template === undefined || problems.length > 0) return problems.join('');
  return `<p>Press play to mint a real token for this session. ${others(templates, template)}</p>`;
}

function missing(problem: string, example: string): string {
  return `${html`<p>${problem} Add this to the data file, and reload this page:</p><pre tabindex="0"><code>${example}</code></pre>`}`;
}

function others(templates: readonly DemoTemplate[], chosen: DemoTemplate): string {
  const named = templates
    .filter(({ name }) => isTemplateName(name) && name !== chosen.name)
    .slice(0, maxNamed)
    .map((template) => html`<code>${template.name}</code>${unusual(template)}`);
  if (named.length === 0) return 'Or try a template that does not exist.';
  return `Other templates: ${named.join(', ')}, or one that does not exist.`;
}

function unusual({ algorithm, lifetime }: DemoTemplate): string {
  const parts = [
    ...(algorithm === 'RS256' ? [] : [algorithm]),
    ...(lifetime === 60 ? [] : [`${lifetime}\u00a0s`]),
  ];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}
