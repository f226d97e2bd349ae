import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeIssues } from '../../src/config/problems.ts';

const schema = z.strictObject({
  templates: z.string({ error: 'expected templates' }),
  deadline: z.number({ error: 'expected a number' }).optional(),
  corsOrigins: z
    .union([z.literal('any'), z.array(z.string({ error: 'expected an origin' }))], {
      error: 'expected origins',
    })
    .optional(),
});

const problemsOf = (options: unknown) =>
  describeIssues(schema.safeParse(options).error?.issues ?? [], options).map(
    ({ path, message }) => `${path}: ${message}`,
  );

test.each<[string, unknown, string[]]>([
  ['good options', { templates: 'a' }, []],
  ['a missing option', {}, ['templates: is missing: expected templates']],
  ['a wrong option', { templates: 'a', deadline: 'x' }, ['deadline: expected a number']],
  [
    'an unknown option before a missing one',
    { whatever: 1 },
    ['whatever: there is no such option', 'templates: is missing: expected templates'],
  ],
  [
    'a misspelt option without the missing one that it means',
    { template: 'a' },
    ['template: there is no such option: did you mean templates?'],
  ],
  ['an entry of a list', { templates: 'a', corsOrigins: ['a', 5] }, ['corsOrigins.1: expected an origin']],
  ['a value that fits no alternative', { templates: 'a', corsOrigins: 5 }, ['corsOrigins: expected origins']],
])('describes %s', (_what, options, lines) => {
  expect(problemsOf(options)).toEqual(lines);
});

test('names the options as a whole where they are not an object', () => {
  const [line] = problemsOf('text');
  expect(line).toMatch(/^options: /);
});
