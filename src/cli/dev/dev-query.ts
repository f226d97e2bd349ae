import { isTemplateName } from '../../mint/template-name.ts';
import { sessionExample, templateExample } from './data-examples.ts';
import type { DemoTemplate, DemoWorld } from './demo-world.ts';
import { firstTemplate } from './first-template.ts';

/** Characters beside `# ` that GraphiQL's editor shows in a window of 1280 pixels. */
const width = 42;

/** No more templates than these are named. */
const mostNamed = 5;

/** The query that a first visitor of `mintgate dev` finds in GraphiQL; what is missing in the data is said in it. */
export function devQuery({ sessions, templates }: DemoWorld): string {
  const template = firstTemplate(templates);
  const gaps = [
    ...(sessions.length > 0 ? [] : [gap('Nobody can sign in: there is no session.', sessionExample)]),
    ...(template ? [] : [gap('There is no JWT template to mint from.', templateExample)]),
  ];
  const paragraphs = template && gaps.length === 0 ? invitation(templates, template) : gaps;
  const comment = paragraphs.map((lines) => lines.map((line) => `# ${line}`).join('\n')).join('\n#\n');
  return `${comment}
query Tokens {
  session {
    id
    userId
    organizationId
  }${template ? tokenField(template) : ''}
}
`;
}

function tokenField({ name }: DemoTemplate): string {
  return `
  sessionToken(template: ${JSON.stringify(name)}) {
    expiresAt
    expiresIn
    claims
    jwt
  }`;
}

function gap(what: string, example: string): string[] {
  return [...wrap(`${what} Put this into the data file, and reload this page:`), ...example.split('\n')];
}

function invitation(templates: readonly DemoTemplate[], chosen: DemoTemplate): string[][] {
  const others = templates
    .filter(({ name }) => isTemplateName(name) && name !== chosen.name)
    .slice(0, mostNamed);
  const tries =
    others.length === 0
      ? 'Or ask for a template that does not exist.'
      : `Other templates to try: ${others.map(describe).join(', ')}, or one that does not exist.`;
  return [
    wrap('Press play: a real token, minted for the session that is chosen in the bar above.'),
    wrap(`${tries} The book on the left documents every field.`),
  ];
}

function describe({ name, lifetime, signedWith }: DemoTemplate): string {
  const unusual = [
    ...(signedWith === 'RS256' ? [] : [signedWith]),
    ...(lifetime === 60 ? [] : [`${lifetime} s`]),
  ];
  return `"${name}"${unusual.length > 0 ? ` (${unusual.join(', ')})` : ''}`;
}

function wrap(text: string): string[] {
  const lines = [''];
  // A number stays with its unit.
  for (const word of text.split(/ (?!s\))/)) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (line.length <= width || lines.at(-1) === '') lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}
