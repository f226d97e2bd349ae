import { describe, expect, test } from 'vitest';
import { type ListedTemplates, selectTemplates } from '../../../src/cli/types/select-templates.ts';
import type { Templates } from '../../../src/mint/policy.ts';

const listed: ListedTemplates = {
  claims: new Map([
    ['b', {}],
    ['a', { id: '{{user.id}}' }],
  ]),
  firebase: 'off',
};

const select = (configured?: Templates, more: Partial<ListedTemplates> = {}) => {
  const { templates, findings } = selectTemplates({ ...listed, ...more }, configured);
  return {
    names: templates.map(({ name }) => name),
    lines: findings.map(({ verdict, text }) => `${verdict} ${text}`),
  };
};

describe('selectTemplates', () => {
  test.each<[string, Templates | undefined]>([
    ["'*'", '*'],
    ['no configuration', undefined],
  ])('selects every template for %s, sorted', (_for, configured) => {
    expect(select(configured)).toEqual({ names: ['a', 'b'], lines: [] });
  });

  test('selects the configured templates alone', () => {
    expect(select(['b'])).toEqual({ names: ['b'], lines: [] });
    expect(select({ a: {} })).toEqual({ names: ['a'], lines: [] });
  });

  test('warns about a configured template that does not exist', () => {
    expect(select(['a', 'ghost'])).toEqual({
      names: ['a'],
      lines: [
        expect.stringMatching(/^warn template ghost: gets no type: it is configured, but there is no /),
      ],
    });
  });

  test('leaves out a template that cannot be minted', () => {
    const claims = new Map([...listed.claims, ['my template', {}], ['constructor', {}]]);
    const { names, lines } = select('*', { claims });
    expect(names).toEqual(['a', 'b']);
    expect(lines).toEqual([
      expect.stringMatching(/^warn template "constructor": gets no type, because it cannot be minted: /),
      expect.stringMatching(/^warn template "my template": gets no type, because it cannot be minted: /),
    ]);
  });

  test('writes the name of a template that cannot be minted without characters that change a terminal', () => {
    const { lines } = select('*', { claims: new Map([['a\u009b31m\u202e\n"', {}]]) });
    expect(lines[0]).toMatch(
      /^warn template "a\\u009b31m\\u202e\\n\\"": gets no type, because it cannot be minted: /,
    );
  });

  test('gives the Firebase integration the type of its custom token, where it is on or configured', () => {
    const line = expect.stringMatching(/^note template integration_firebase: has no JWT template: /);
    expect(select('*', { firebase: 'on' })).toEqual({
      names: ['a', 'b', 'integration_firebase'],
      lines: [line],
    });
    expect(select(['integration_firebase'])).toEqual({ names: ['integration_firebase'], lines: [line] });
    expect(select('*', { firebase: 'not listed' }).names).toEqual(['a', 'b']);
  });

  test('names each unknown shortcode', () => {
    const { lines } = select('*', { claims: new Map([['a', { x: '{{user.nickname}}' }]]) });
    expect(lines).toEqual([
      'note template a: {{user.nickname}} is not a known shortcode: its type is unknown',
    ]);
  });

  test('writes a hostile text of a template into one short line', () => {
    const sk = ['sk', 'live', 'a'.repeat(20)].join('_');
    const claims = { a: '{{a | \n::error::\u001b[31m}}', b: `{{${sk}}}`, c: `{{${'x'.repeat(1000)}}}` };
    const { lines } = select('*', { claims: new Map([['a', claims]]) });
    expect(lines).toEqual([
      'note template a: {{a | \\n::error::\\u001b[31m}} is not a known shortcode: its type is unknown',
      'note template a: {{[redacted]}} is not a known shortcode: its type is unknown',
      `note template a: {{${'x'.repeat(100)}...}} is not a known shortcode: its type is unknown`,
    ]);
  });

  test('leaves out a template whose tokens the gateway refuses for their depth', () => {
    const nested = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    const claims = new Map([
      ['deep', nested(100)],
      ['deeper', nested(101)],
      ['deepest', nested(5_000)],
    ]);
    const { names, lines } = select('*', { claims });
    expect(names).toEqual(['deep']);
    expect(lines).toEqual([
      expect.stringMatching(/^warn template deeper: gets no type, because the gateway refuses its tokens: /),
      expect.stringMatching(/^warn template deepest: gets no type, because the gateway refuses its tokens: /),
    ]);
  });

  test('warns when there is nothing to write a type of', () => {
    expect(select('*', { claims: new Map() }).lines).toEqual([
      expect.stringMatching(/^warn templates: there is none to write a type of: /),
    ]);
  });
});
