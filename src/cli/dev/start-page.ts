import { html } from 'hono/html';
import { isTemplateName, templateNameForm } from '../../mint/template-name.ts';
import { sessionExample, templateExample } from './data-examples.ts';
import { defaultTemplate } from './default-template.ts';
import type { DemoSession, DemoWorld } from './demo-world.ts';
import { startPageStyle } from './start-page-style.ts';

interface StartPageOptions {
  world: DemoWorld;
  /** Such as `http://127.0.0.1:4000`. */
  origin: string;
  graphqlEndpoint: string;
  /** Where the local Clerk listens. */
  clerkUrl: string;
}

/** Renders the page at `/` of `mintgate dev`: the sessions to sign in as, the templates, and commands for a terminal. */
export function startPage({ world, origin, graphqlEndpoint, clerkUrl }: StartPageOptions) {
  const session = world.sessions[0];
  const template = defaultTemplate(world.templates);
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Mintgate dev</title>
    <link rel="icon" href="data:,">
    <style>${startPageStyle}</style>
  </head>
  <body>
    <main>
      <header>
        <h1>Mintgate</h1>
        <p>Mintgate turns a Clerk session into a token for another service. Everything here runs on this machine: a local
          stand-in for Clerk signs real RS256 tokens, and you need no account.</p>
      </header>
      <section>
        <h2>Sign in as</h2>
        ${session ? sessionCards(world, graphqlEndpoint) : missing('There is no session', sessionExample)}
      </section>
      <section>
        <h2>Templates</h2>
        ${world.templates.length > 0 ? templateList(world) : missing('There is no JWT template', templateExample)}
      </section>
      <section>
        <h2>From a terminal</h2>
        ${
          session && template
            ? html`<pre><code>${curlExample(origin, graphqlEndpoint, session.id, template.name)}</code></pre>`
            : html`<p class="missing">Once there are a session and a template, this shows the commands for a first token.</p>`
        }
        <dl>
          <dt>GraphQL</dt><dd><code>POST ${origin}${graphqlEndpoint}</code></dd>
          <dt>Local Clerk (Backend API)</dt><dd><code>${clerkUrl}</code></dd>
          <dt>Public keys</dt><dd><a href="${clerkUrl}/.well-known/jwks.json"><code>${clerkUrl}/.well-known/jwks.json</code></a></dd>
        </dl>
      </section>
    </main>
  </body>
</html>`;
}

function sessionCards({ sessions }: DemoWorld, graphqlEndpoint: string) {
  return html`<ul class="sessions">${sessions.map((session) => sessionCard(session, graphqlEndpoint))}</ul>`;
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

function missing(problem: string, example: string) {
  return html`<div class="missing">
    <p>${problem}. Add one to the data file, and reload this page:</p>
    <pre><code>${example}</code></pre>
  </div>`;
}

function sessionCard(session: DemoSession, graphqlEndpoint: string) {
  const { id, userName, organizationName, organizationRole, label } = session;
  const place = organizationName
    ? `${organizationName}, ${organizationRole?.replace(/^org:/, '')}`
    : 'no organization';
  return html`<li>
    <a href="${graphqlEndpoint}?session=${encodeURIComponent(id)}" data-session="${id}">
      <span class="avatar" aria-hidden="true">${initials(userName)}</span>
      <span class="who" title="${userName}, ${place}"><strong>${userName}</strong><small>${place}</small></span>
      <span class="badge ${badge(session)}">${badge(session)}</span>
      <span class="label">${label}</span>
      <span class="go">Open GraphiQL as ${userName.split(' ')[0]} <span aria-hidden="true">&rarr;</span></span>
    </a>
  </li>`;
}

function badge({ status, actor }: DemoSession): string {
  return status === 'active' && actor ? 'impersonated' : status;
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
}

function curlExample(origin: string, endpoint: string, sessionId: string, template: string): string {
  return `TOKEN=$(curl -s -X POST ${origin}/dev/sessions/${sessionId}/token)
curl -s ${origin}${endpoint} -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '{"query":"{ sessionToken(template: \\"${template}\\") { jwt expiresAt expiresIn claims } }"}'`;
}
