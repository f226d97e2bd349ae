import { describe, expect, test } from 'vitest';
import { devHint } from '../../../src/cli/dev/dev-hint.ts';
import { demoSession, worldOf } from './demo-worlds.ts';

describe('the hint above GraphiQL', () => {
  test('says what to do, and names other templates with what is unusual in them', () => {
    const { sessions } = worldOf([]);
    const templates = [
      { name: 'firebase', lifetime: 3600, algorithm: 'RS256' },
      { name: 'hasura', lifetime: 60, algorithm: 'RS256' },
      { name: 'minimal', lifetime: 60, algorithm: 'RS256' },
      { name: 'nhost', lifetime: 900, algorithm: 'HS256' },
    ];
    expect(devHint({ sessions, templates }).replaceAll(/<\/?\w+>/g, '')).toBe(
      'Press play to mint a real token for this session. Other templates: firebase (3600\u00a0s), minimal, nhost (HS256, 900\u00a0s), or one that does not exist.',
    );
  });

  test('names no other template where there is none, and none that cannot be minted', () => {
    expect(devHint(worldOf(['only', 'a name']))).toContain('Or try a template that does not exist.');
  });

  test('names at most four other templates', () => {
    const hint = devHint(worldOf(['a', 'b', 'c', 'd', 'e', 'f']));
    expect(hint).toContain('<code>e</code>');
    expect(hint).not.toContain('<code>f</code>');
  });

  test('shows what to add to the data where there is no template', () => {
    const hint = devHint(worldOf([]));
    expect(hint).toContain('&quot;jwt_templates&quot;: [');
    expect(hint).not.toContain('&quot;sessions&quot;: [');
    expect(hint).not.toContain('Press play');
  });

  test('shows what to add to the data where there is no session', () => {
    const hint = devHint(worldOf(['billing'], []));
    expect(hint).toContain('&quot;sessions&quot;: [');
    expect(hint).not.toContain('&quot;jwt_templates&quot;: [');
    expect(hint).not.toContain('Press play');
  });

  test('shows both where the data are empty', () => {
    expect(devHint(worldOf([], [])).match(/Add this to the data file/g)).toHaveLength(2);
    expect(devHint(worldOf(['hasura'], [demoSession()]))).not.toContain('data file');
  });
});
