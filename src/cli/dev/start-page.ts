import { html, raw } from 'hono/html';
import { logo, logoUrl } from '../../http/graphiql/logo.ts';
import { isTemplateName, templateNameForm } from '../../mint/template-name.ts';
import { copyScript, copyStatus } from './copy-buttons.ts';
import { sessionExample, templateExample } from './data-examples.ts';
import { defaultTemplate } from './default-template.ts';
import type { DemoWorld } from './demo-world.ts';
import { sessionRows } from './session-rows.ts';
import type { SessionTemplates } from './session-templates.ts';
import { snippet } from './snippet.ts';
import { startPageStyle } from './start-page-style.ts';

interface StartPageOptions {
  world: DemoWorld;
  /** The templates that each session may mint, by the ids of the sessions; a session of which the gateway says nothing is missing. */
  sessionTemplates: ReadonlyMap<string, SessionTemplates>;
  /** Such as `http://127.0.0.1:4000`. */
  origin: string;
  graphqlEndpoint: string;
  /** Where the local Clerk listens. */
  clerkUrl: string;
}

/** Renders the page at `/` of `mintgate dev`: the sessions to sign in as, the templates, and commands for a terminal. */
export function startPage(options: StartPageOptions) {
  const { world, sessionTemplates, origin, graphqlEndpoint, clerkUrl } = options;
  const session = world.sessions[0];
  const template = defaultTemplate(world.templates);
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Mintgate dev</title>
    <link rel="icon" href="${logoUrl}">
    <style>${startPageStyle}</style>
  </head>
  <body>
    <main>
      <header>
        <h1>${raw(logo)}Mintgate</h1>
        <p>Mintgate turns a Clerk session into a token for another service. Everything here runs on this machine: a local
          stand-in for Clerk signs real RS256 tokens, and you need no account.</p>
      </header>
      <section>
        <h2>Sign in as</h2>
        ${session ? '' : missing('There is no session', 'session', sessionExample)}
        ${sessionRows(world.sessions, graphqlEndpoint, sessionTemplates)}
      </section>
      <section>
        <h2>Templates</h2>
        ${world.templates.length > 0 ? templateList(world) : missing('There is no JWT template', 'template', templateExample)}
      </section>
      <section>
        <h2>From a terminal</h2>
        ${
          session && template
            ? snippet({
                id: 'commands',
                name: 'the commands for a token',
                text: curlExample(origin, graphqlEndpoint, session.id, template.name),
              })
            : html`<p class="missing">Once there are a session and a template, this shows the commands for a first token.</p>`
        }
        <dl>
          <dt>GraphQL</dt><dd><code>POST ${origin}${graphqlEndpoint}</code></dd>
          <dt>Local Clerk (Backend API)</dt><dd><code>${clerkUrl}</code></dd>
          <dt>Public keys</dt><dd><a href="${clerkUrl}/.well-known/jwks.json"><code>${clerkUrl}/.well-known/jwks.json</code></a></dd>
        </dl>
      </section>
    </main>
    ${copyStatus}
    ${copyScript}
  </body>
</html>`;
}

function templateList({ templates }: DemoWorld) {
  return html`<ul class="templates">${templates.map(
    ({ name, lifetime, algorithm }) =>
      html`<li><code>${name}</code> <small>${
        isTemplateName(name)
          ? `${algorithm}, lifetime ${lifetime} s`
          : `cannot be minted: a name is ${templateNameForm}`
      }</small></li>`,
  )}</ul>`;
}

function missing(problem: string, what: string, example: string) {
  return html`<div class="missing">
    <p>${problem}. Add one to the data file, and reload this page:</p>
    ${snippet({ id: `${what}-example`, name: `the example of a ${what}`, text: example })}
  </div>`;
}

function curlExample(origin: string, endpoint: string, sessionId: string, template: string): string {
  return `TOKEN=$(curl -s -X POST ${origin}/dev/sessions/${encodeURIComponent(sessionId)}/token)
curl -s ${origin}${endpoint} -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '{"query":"{ sessionToken(template: \\"${template}\\") { jwt expiresAt expiresIn claims } }"}'`;
}
