import { html } from 'hono/html';
import { copyTokenButton } from './copy-buttons.ts';
import type { DemoSession } from './demo-world.ts';
import { describeTemplates, type SessionTemplates } from './session-templates.ts';
import { sessionTitle } from './session-title.ts';

/**
 * Renders one row of cards for each user, and one to be signed out: a card for each session, which opens GraphiQL.
 *
 * @param templates - what the sessions may mint, by their ids. @default not shown
 */
export function sessionRows(
  sessions: readonly DemoSession[],
  graphqlEndpoint: string,
  templates: ReadonlyMap<string, SessionTemplates> = new Map(),
) {
  const rows = Map.groupBy(sessions, ({ userId }) => userId);
  const card = (session: DemoSession) => sessionCard(session, graphqlEndpoint, templates.get(session.id));
  return html`${[...rows.values()].map((row, at) => userRow(row, `user-${at + 1}`, card))}
<section class="user" aria-labelledby="user-none">
  <h3 id="user-none"><span class="avatar none" aria-hidden="true">?</span>Nobody</h3>
  <ul class="sessions"><li>
    <a href="${graphqlEndpoint}?session=" data-session="">
      <strong>Signed out</strong>
      <span class="label">Requests have no session token</span>
      <span class="go">Open GraphiQL signed out <span aria-hidden="true">&rarr;</span></span>
    </a>
  </li></ul>
</section>`;
}

function userRow(
  sessions: readonly DemoSession[],
  id: string,
  card: (session: DemoSession) => ReturnType<typeof sessionCard>,
) {
  const { userName = '' } = sessions[0] ?? {};
  return html`<section class="user" aria-labelledby="${id}">
  <h3 id="${id}"><span class="avatar" aria-hidden="true">${initials(userName)}</span>${userName}</h3>
  <ul class="sessions">${sessions.map(card)}</ul>
</section>`;
}

function sessionCard(session: DemoSession, graphqlEndpoint: string, templates: SessionTemplates | undefined) {
  const { id, userName, status, actorName, label } = session;
  const title = sessionTitle(session);
  const tone =
    status === 'active' ? (actorName === null ? '' : 'unusual') : status === 'pending' ? 'unusual' : 'ended';
  const tokenUrl = `/dev/sessions/${encodeURIComponent(id)}/token`;
  return html`<li>
    <a href="${graphqlEndpoint}?session=${encodeURIComponent(id)}" data-session="${id}">
      <strong class="${tone}">${title}</strong>
      <span class="label">${label}</span>
      ${templates && html`<span class="mints">${describeTemplates(templates)}</span>`}
      <span class="go">Open GraphiQL as ${userName.split(' ')[0]} <span aria-hidden="true">&rarr;</span></span>
    </a>
    ${copyTokenButton(tokenUrl, `${userName}: ${title}`)}
  </li>`;
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
}
