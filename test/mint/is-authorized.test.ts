import { expect, test, vi } from 'vitest';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createIsAuthorized } from '../../src/mint/is-authorized.ts';
import { createPolicies, type TemplatePolicy } from '../../src/mint/policy.ts';
import { aCaller } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { during } = useFakeTime();

/** Asks about one template, for a request that arrived at 0, a second ago by default. */
function ask(
  policy: TemplatePolicy,
  { template = 'hasura', accepted = true, claims = {}, now = 1_000 } = {},
) {
  const error = vi.fn();
  const isAuthorized = createIsAuthorized({
    policies: createPolicies(resolveTemplates({ hasura: policy })),
    acceptsCaller: () => accepted,
    ...{ log: { error }, deadline: () => 3_000, monotonicNow: () => now },
  });
  return { error, answer: isAuthorized({ caller: aCaller(claims), template, startedAt: 0 }) };
}

test.each<[string, boolean, TemplatePolicy, Parameters<typeof ask>[1]?]>([
  ['a configured template', true, {}],
  ['another template', false, {}, { template: 'nhost' }],
  ['a party that is no longer accepted', false, {}, { accepted: false }],
  ['an impersonated session', false, {}, { claims: { act: { sub: 'user_support' } } }],
  ['a missing plan', false, { requires: { plan: 'user:pro' } }],
  ['a plan', true, { requires: { plan: 'user:pro' } }, { claims: { pla: 'u:pro' } }],
  ['a check that allows', true, { allow: async () => true }],
  ['a check that refuses', false, { allow: () => false }],
  ['a check that is not asked', false, { requires: { plan: 'user:pro' }, allow: () => true }],
])('D02 %s: %s', async (_what, expected, policy, options) => {
  const { answer, error } = ask(policy, options);
  expect(await answer).toBe(expected);
  expect(error).not.toHaveBeenCalled();
});

test('D03 a check that throws, or exceeds the deadline of the request, counts as a refusal, and is logged', async () => {
  const throwing = ask({
    allow: () => {
      throw new Error('no');
    },
  });
  expect(await throwing.answer).toBe(false);
  const hanging = ask({ allow: () => new Promise(() => {}) });
  expect(await during(2, hanging.answer)).toBe(false);
  const consequence = 'the template counts as not mintable';
  expect(throwing.error.mock.calls).toEqual([
    [expect.objectContaining({ template: 'hasura' }), `allow() failed: ${consequence}`],
  ]);
  expect(hanging.error.mock.calls).toEqual([
    [{ template: 'hasura' }, `allow() did not answer within the deadline: ${consequence}`],
  ]);
});

test('D03 a check is not called after the deadline of the request', async () => {
  const allow = vi.fn(() => true);
  const { answer, error } = ask({ allow }, { now: 3_000 });
  expect(await answer).toBe(false);
  expect([allow.mock.calls, error.mock.calls]).toEqual([[], []]);
});
