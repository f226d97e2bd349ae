import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { devQuery } from '../../../src/cli/dev/dev-query.ts';
import { demoSession, worldOf } from './worlds.ts';

describe('the query that GraphiQL starts with', () => {
  test('asks for a token of hasura where there is one, and names what else to try', () => {
    const { sessions } = worldOf([]);
    const templates = [
      { name: 'firebase', lifetime: 3600, signedWith: 'RS256' },
      { name: 'hasura', lifetime: 60, signedWith: 'RS256' },
      { name: 'nhost', lifetime: 900, signedWith: 'HS256' },
    ];
    expect(devQuery({ sessions, templates })).toMatchInlineSnapshot(`
      "# Press play: a real token, minted for the
      # session that is chosen in the bar above.
      #
      # Other templates to try: "firebase"
      # (3600 s), "nhost" (HS256, 900 s), or one
      # that does not exist. The book on the left
      # documents every field.
      query Tokens {
        session {
          id
          userId
          organizationId
        }
        sessionToken(template: "hasura") {
          expiresAt
          expiresIn
          claims
          jwt
        }
      }
      "
    `);
  });

  test('asks for the first template where there is no hasura', () => {
    const query = devQuery(worldOf(['billing', 'reports']));
    expect(query).toContain('sessionToken(template: "billing")');
    expect(query).toContain('Other templates to try: "reports", or one');
    expect(query).not.toContain('hasura');
  });

  test('names no other template where there is none', () => {
    expect(devQuery(worldOf(['only']))).toContain('# Or ask for a template that does not exist.');
  });

  test('names five others at most', () => {
    const query = devQuery(worldOf(['a', 'b', 'c', 'd', 'e', 'f', 'g']));
    expect(query).toContain('"f"');
    expect(query).not.toContain('"g"');
  });

  test('says what to put into the data where there is no template', () => {
    const query = devQuery(worldOf([]));
    expect(query).toContain('"jwt_templates": [');
    expect(query).not.toContain('sessionToken');
    expect(query).not.toContain('"sessions": [');
  });

  test('says what to put into the data where nobody can sign in', () => {
    const query = devQuery(worldOf(['billing'], []));
    expect(query).toContain('"sessions": [');
    expect(query).not.toContain('Press play');
    expect(query).not.toContain('"jwt_templates": [');
  });

  test.each([
    ['everything', worldOf(['hasura', 'short'], [demoSession()])],
    ['nothing', worldOf([], [])],
  ])('is valid GraphQL with %s in the data, in lines that GraphiQL shows whole', (_what, world) => {
    const query = devQuery(world);
    expect(() => parse(query)).not.toThrow();
    expect(Math.max(...query.split('\n').map((line) => line.length))).toBeLessThan(54);
  });
});
