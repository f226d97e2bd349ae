import { expect, test } from 'vitest';
import { narrowTemplates } from '../../../src/cli/configuration/narrow-templates.ts';
import type { Templates } from '../../../src/mint/policy.ts';

const policies = { hasura: { maxLifetime: 300 }, reports: {}, constructor: { cache: false } };

test.each<[string, Templates, Templates, Templates]>([
  ['policies to the names', policies, ['hasura'], { hasura: { maxLifetime: 300 } }],
  ['policies to none, by *', policies, '*', policies],
  ['names to fewer names', ['hasura', 'nhost'], ['nhost'], ['nhost']],
  ['names to none, by *', ['hasura', 'nhost'], '*', ['hasura', 'nhost']],
  ['* to the names', '*', ['nhost'], ['nhost']],
  ['* to none, by *', '*', '*', '*'],
  ['a name that every object has', policies, ['constructor'], { constructor: { cache: false } }],
])('narrows %s', (_what, inFile, named, narrowed) => {
  expect(narrowTemplates(inFile, named, 'mintgate.config.ts')).toEqual(narrowed);
});

test.each(['nhost', 'toString', '__proto__', 'sk_live_pasted'])(
  'refuses %s, which the file does not configure, and names its position',
  (name) => {
    const narrow = () => narrowTemplates(policies, ['hasura', name], 'mintgate.config.ts');
    expect(narrow).toThrow(
      /^MINTGATE_TEMPLATES \(entry 2\): names no template of mintgate\.config\.ts, which has hasura, /,
    );
    expect(narrow).not.toThrow(name);
  },
);

test('returns malformed templates unchanged, because they are checked with the options', () => {
  expect(narrowTemplates(7 as never, ['hasura'], 'mintgate.config.ts')).toBe(7);
});
