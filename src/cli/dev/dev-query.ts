import { isTemplateName } from '../../mint/template-name.ts';
import { sessionExample, templateExample } from './data-examples.ts';
import { defaultTemplate } from './default-template.ts';
import type { DemoTemplate, DemoWorld } from './demo-world.ts';

/** The width of the editor of GraphiQL in a window of 1280 pixels, in columns after `# `. */
const width = 42;

/** The largest number of other templates in the comment of the query. */
const maxNamed = 5;

/** Returns the default query in GraphiQL of `mintgate dev`. Its comment explains what to do, or what the data lack. */
export function devQuery({ sessions, templates }: DemoWorld): string {
  const template = defaultTemplate(templates);
  const problems = [
    ...(sessions.length > 0 ? [] : [missing('There is no session to sign in as.', sessionExample)]),
    ...(template ? [] : [missing('There is no JWT template to mint from.', templateExample)]),
  ];
  const paragraphs = template && problems.length === 0 ? instructions(templates, template) : problems;
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

function missing(problem: string, example: string): string[] {
  return [...wrap(`${problem} Add this to the data file, and reload this page:`), ...example.split('\n')];
}

function instructions(templates: readonly DemoTemplate[], chosen: DemoTemplate): string[][] {
  const others = templates
    .filter(({ name }) => isTemplateName(name) && name !== chosen.name)
    .slice(0, maxNamed);
  const tries =
    others.length === 0
      ? 'Or try a template that does not exist.'
      : `Other templates to try: ${others.map(describe).join(', ')}, or one that does not exist.`;
  return [
    wrap('Press play to mint a real token for the session that is chosen in the bar above.'),
    wrap(`${tries} The book icon on the left opens the documentation.`),
  ];
}

function describe({ name, lifetime, algorithm }: DemoTemplate): string {
  const unusual = [
    ...(algorithm === 'RS256' ? [] : [algorithm]),
    ...(lifetime === 60 ? [] : [`${lifetime} s`]),
  ];
  return `"${name}"${unusual.length > 0 ? ` (${unusual.join(', ')})` : ''}`;
}

function wrap(text: string): string[] {
  const lines = [''];
  // Keeps a number and its unit in one line.
  for (const word of text.split(/ (?!s\))/)) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (line.length <= width || lines.at(-1) === '') lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}
