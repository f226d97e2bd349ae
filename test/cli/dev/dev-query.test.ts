import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { devQuery } from '../../../src/cli/dev/dev-query.ts';
import { demoSession, worldOf } from './demo-worlds.ts';

describe('the first query in GraphiQL', () => {
  test('requests a token of hasura where there is one, and names other templates to try', () => {
    const { sessions } = worldOf([]);
    const templates = [
      { name: 'firebase', lifetime: 3600, algorithm: 'RS256' },
      { name: 'hasura', lifetime: 60, algorithm: 'RS256' },
      { name: 'nhost', lifetime: 900, algorithm: 'HS256' },
    ];
    expect(devQuery({ sessions, templates })).toMatchInlineSnapshot(`
      "# Press play to mint a real token for the
      # session that is chosen in the bar above.
      #
      # Other templates to try: "firebase"
      # (3600 s), "nhost" (HS256, 900 s), or one
      # that does not exist. The book icon on the
      # left opens the documentation.
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

  test('requests the first template where there is no hasura', () => {
    const query = devQuery(worldOf(['billing', 'reports']));
    expect(query).toContain('sessionToken(template: "billing")');
    expect(query).toContain('Other templates to try: "reports", or one');
    expect(query).not.toContain('hasura');
  });

  test('names no other template where there is none', () => {
    expect(devQuery(worldOf(['only']))).toContain('# Or try a template that does not exist.');
  });

  test('names at most five other templates', () => {
    const query = devQuery(worldOf(['a', 'b', 'c', 'd', 'e', 'f', 'g']));
    expect(query).toContain('"f"');
    expect(query).not.toContain('"g"');
  });

  test('shows what to add to the data where there is no template', () => {
    const query = devQuery(worldOf([]));
    expect(query).toContain('"jwt_templates": [');
    expect(query).not.toContain('sessionToken');
    expect(query).not.toContain('"sessions": [');
  });

  test('shows what to add to the data where there is no session', () => {
    const query = devQuery(worldOf(['billing'], []));
    expect(query).toContain('"sessions": [');
    expect(query).not.toContain('Press play');
    expect(query).not.toContain('"jwt_templates": [');
  });

  test.each([
    ['everything', worldOf(['hasura', 'short'], [demoSession()])],
    ['nothing', worldOf([], [])],
  ])('is valid GraphQL with %s in the data, and its lines fit the editor', (_what, world) => {
    const query = devQuery(world);
    expect(() => parse(query)).not.toThrow();
    expect(Math.max(...query.split('\n').map((line) => line.length))).toBeLessThan(54);
  });
});
