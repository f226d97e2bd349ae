import { describe, expect, test } from 'vitest';
import { sessionRows } from '../../../src/cli/dev/session-rows.ts';
import { demoSession } from './demo-worlds.ts';

const sessions = [
  demoSession(),
  demoSession({ id: 'sess_grace', userId: 'user_grace', userName: 'Grace Hopper', status: 'revoked' }),
  demoSession({
    id: 'sess_ada_2',
    organizationId: 'org_a',
    organizationName: 'Acme',
    organizationRole: 'org:admin',
  }),
  demoSession({ id: 'sess_ada_3', status: 'pending', label: 'has a task left' }),
];
const textsOf = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([, text]) => text);

describe('the rows of sessions', () => {
  const html = String(sessionRows(sessions, '/graphql'));

  test('are one for each user, and one to be signed out', () => {
    expect(textsOf(html, /<\/span>([^<]+)<\/h3>/g)).toEqual(['Ada Lovelace', 'Grace Hopper', 'Nobody']);
    expect(textsOf(html, /data-session="([^"]*)"/g)).toEqual([
      'sess_ada',
      'sess_ada_2',
      'sess_ada_3',
      'sess_grace',
      '',
    ]);
  });

  test('have cards that begin with what differs', () => {
    expect(textsOf(html, /<strong[^>]*>([^<]*)</g)).toEqual([
      'No organization',
      'Acme admin',
      'Pending',
      'Revoked',
      'Signed out',
    ]);
    expect(html).toContain('<strong class="unusual">Pending');
    expect(html).toContain('<strong class="ended">Revoked');
    expect(html).toContain('has a task left');
  });

  test('say what a session may mint, where that is known', () => {
    const templates = new Map([['sess_ada', { mintable: ['<b>'], others: ['c', 'd'] }]]);
    const shown = String(sessionRows(sessions, '/graphql', templates));
    expect(textsOf(shown, /<span class="mints">([^<]*)</g)).toEqual(['May mint only &lt;b&gt;']);
    expect(html).not.toContain('class="mints"');
  });

  test('have a heading for each section, with an id of its own', () => {
    const labels = textsOf(html, /aria-labelledby="([^"]*)"/g);
    expect(new Set(labels).size).toBe(3);
    expect(textsOf(html, /<h3 id="([^"]*)"/g)).toEqual(labels);
  });

  test('copy tokens by the address of the session', () => {
    const odd = String(sessionRows([demoSession({ id: 'a/b?c' })], '/graphql'));
    expect(odd).toContain('data-copy-token="/dev/sessions/a%2Fb%3Fc/token"');
    expect(odd).toContain('href="/graphql?session=a%2Fb%3Fc"');
  });

  test('offer to be signed out where there is no session', () => {
    expect(textsOf(String(sessionRows([], '/graphql')), /data-session="([^"]*)"/g)).toEqual(['']);
  });
});
