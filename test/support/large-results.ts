import { expect } from 'vitest';
import type { Answer } from './answer.ts';
import { canaryData } from './canary-data.ts';
import type { TestGateway, useGateways } from './gateway.ts';

/** Repeats a part of a document. */
export const joined = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');
/** Repeats a field under aliases. */
export const aliases = (count: number, field: string) => joined(count, (at) => `a${at}: ${field}`);

/** Resolves the calling session through `_entities`, as a router does, ten times in one operation. */
export const askTenTimes = (gateway: TestGateway, selection: string, more = '') =>
  gateway.ask(
    `query ($these: [_Any!]!) { _entities(representations: $these) { ... on Session { ${selection} } } } ${more}`,
    {
      session: 'sess_ada',
      variables: { these: Array.from({ length: 10 }, () => ({ __typename: 'Session', id: 'sess_ada' })) },
    },
  );

/** Gives Ada metadata that a user can write, and the template `hasura` a claim that repeats it. */
export function writeMetadata(world: ReturnType<typeof useGateways>, note: string): void {
  const { users = [], jwt_templates: templates = [], ...others } = canaryData();
  world.clerk.replaceData({
    ...others,
    users: users.map((user) => ({ ...user, unsafe_metadata: { note } })),
    jwt_templates: templates.map((template) =>
      template.name === 'hasura'
        ? { ...template, claims: { ...template.claims, note: '{{user.unsafe_metadata.note}}' } }
        : template,
    ),
  });
}

/** Expects that one short error replaces the result. */
export function expectTooLarge(answer: Answer): void {
  expect([answer.data, answer.codes]).toEqual([undefined, ['BAD_USER_INPUT']]);
  expect(answer.errors[0]?.message).toMatch(/too large.*select fewer/i);
  expect(answer.text.length).toBeLessThan(500);
}
