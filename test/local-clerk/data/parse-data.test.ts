import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/data/demo-data.ts';
import { parseLocalClerkData, parseWithWarnings } from '../../../src/local-clerk/data/parse-data.ts';

describe('data for the local Clerk', () => {
  test('may be empty, and may have unknown keys', () => {
    const empty = {
      users: [],
      organizations: [],
      organization_memberships: [],
      sessions: [],
      jwt_templates: [],
    };
    expect(parseLocalClerkData({ comment: 'mine' })).toEqual(empty);
    expect(parseWithWarnings({ comment: 'mine' })).toEqual({
      data: empty,
      warnings: [expect.stringContaining('"comment", which is ignored')],
    });
  });

  test('may be objects of another realm, as test runners pass them', () => {
    const foreign = runInNewContext(`JSON.parse(${JSON.stringify(JSON.stringify(demoData()))})`);
    expect(foreign).not.toBeInstanceOf(Object);
    expect(parseWithWarnings(foreign).warnings).toEqual([]);
  });

  test('stay the same when they are parsed a second time', () => {
    const once = parseLocalClerkData(demoData());
    expect(parseLocalClerkData(once)).toEqual(once);
  });
});

describe('invalid data', () => {
  test.each<[string, unknown]>([
    ['top level: ', 5],
    ['top level: ', 'text'],
    ['  [1].name: ', [{ name: 'a' }, {}]],
    ['  data[0].lifetime: ', { data: [{ name: 'a', lifetime: 1 }], total_count: 1 }],
    ['jwt_templates.data[0].name: ', { jwt_templates: { data: [{ name: '' }], total_count: 1 } }],
    ['firebase_integration: Invalid input: expected object', { firebase_integration: 'on' }],
  ])('are refused with the path of each problem: %s', (message, data) => {
    expect(() => parseLocalClerkData(data)).toThrow(message);
  });

  test('are refused with all problems at once, one in each line', () => {
    const data = { users: [{ id: '' }], jwt_templates: [{ name: '' }] };
    expect(() => parseLocalClerkData(data)).toThrow(
      /^The data for the local Clerk are invalid:\n {2}users\[0\]\.id: .*\n {2}jwt_templates\[0\]\.name: .*$/,
    );
  });

  test('are refused without quoting a signing key', () => {
    const data = { jwt_templates: [{ name: 'a', signing_algorithm: 'RS256', signing_key: 'very secret' }] };
    expect(() => parseLocalClerkData(data)).not.toThrow('very secret');
    expect(() => parseLocalClerkData(data)).toThrow('expected an RSA key');
  });
});
