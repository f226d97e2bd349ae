import { describe, expect, test, vi } from 'vitest';
import type { ListTemplatesResult } from '../../src/clerk/list-templates.ts';
import { createTemplateDirectory, withVerdict } from '../../src/mint/template-directory.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

const failure: ListTemplatesResult = {
  kind: 'failure',
  failure: { kind: 'unavailable', reason: 'status 503' },
};
const namesOf = (...names: string[]): ListTemplatesResult => ({ kind: 'names', names });

/** Creates a directory of a Clerk that answers after 100 ms. */
function start() {
  const clerk = { answer: namesOf('hasura') as ListTemplatesResult, latency: 100 };
  const list = vi.fn(async () => {
    const { answer, latency } = clerk;
    await new Promise((resolve) => setTimeout(resolve, latency));
    return answer;
  });
  const warn = vi.fn();
  const reporter = { ...createReporter(), clerkCall: vi.fn() };
  const now = () => performance.now();
  const directory = createTemplateDirectory({
    ...{ list, log: { warn }, reporter, deadline: () => 3_000, monotonicNow: now },
  });
  return { clerk, list, warn, reporter, directory };
}

describe('the directory of templates', () => {
  test('D04 shares one call, and keeps the list for a minute', async () => {
    const { clerk, list, directory } = start();
    expect(await during(1, Promise.all([directory(), directory()]))).toEqual([['hasura'], ['hasura']]);
    clerk.answer = namesOf('hasura', 'nhost');
    await pass(58);
    expect(await directory()).toEqual(['hasura']);
    expect(list).toHaveBeenCalledTimes(1);
    await pass(2);
    expect(await during(1, directory())).toEqual(['hasura', 'nhost']);
    expect([list.mock.calls.length, vi.getTimerCount()]).toEqual([2, 0]);
  });

  test('has only names that can be minted', async () => {
    const { clerk, directory } = start();
    clerk.answer = namesOf('good', 'a name', '', 'constructor', '../users');
    expect(await during(1, directory())).toEqual(['good']);
  });

  test('D04 is unavailable while Clerk fails, and asks again after 10 s', async () => {
    const { clerk, list, warn, directory } = start();
    clerk.answer = failure;
    const unavailable = { extensions: { code: 'UPSTREAM_UNAVAILABLE' } };
    for (let at = 0; at < 3; at += 1) await expect(during(1, directory())).rejects.toMatchObject(unavailable);
    expect(list).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls).toEqual([[{ reason: 'status 503' }, 'Clerk does not list its JWT templates']]);
    clerk.answer = namesOf('hasura');
    await pass(10);
    expect(await during(1, directory())).toEqual(['hasura']);
  });

  test('D04 keeps the last list while Clerk fails', async () => {
    const { clerk, list, directory } = start();
    await during(1, directory());
    clerk.answer = failure;
    await pass(60);
    expect(await during(1, directory())).toEqual(['hasura']);
    await pass(600);
    expect(await during(1, directory())).toEqual(['hasura']);
    expect(list).toHaveBeenCalledTimes(3);
  });

  test('does not wait longer than the deadline for a call that hangs, and a lost one is replaced', async () => {
    const { clerk, list, warn, reporter, directory } = start();
    clerk.latency = 1_000_000;
    await expect(during(3, directory())).rejects.toMatchObject({
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    expect(warn.mock.calls[0]?.[0]).toEqual({ reason: 'no answer from Clerk within the deadline' });
    expect(reporter.clerkCall.mock.calls[0]?.[0]).toMatchObject({ errorType: 'deadline' });
    clerk.latency = 100;
    await pass(10);
    expect(await during(1, directory())).toEqual(['hasura']);
    expect(list).toHaveBeenCalledTimes(2);
  });

  test('reports each call to Clerk', async () => {
    const { clerk, reporter, directory } = start();
    await during(1, directory());
    clerk.answer = { kind: 'failure', failure: { kind: 'rejected', reason: 'status 422', status: 422 } };
    await pass(60);
    await during(1, directory());
    const call = { method: 'GET', template: '/v1/jwt_templates', durationMs: 100 };
    expect(reporter.clerkCall.mock.calls).toEqual([
      [{ ...call, status: 200 }],
      [{ ...call, status: 422, errorType: '422' }],
    ]);
  });
});

test('withVerdict says what the answer shows about the secret key', () => {
  const verdictOf = (kind: 'key-refused' | 'rejected', hasClerkBody?: true) =>
    withVerdict({
      kind: 'failure',
      failure: { kind, reason: 'text', ...(hasClerkBody && { hasClerkBody }) },
    }).verdict;
  expect(withVerdict(namesOf()).verdict).toBe('valid');
  expect(verdictOf('key-refused', true)).toBe('refused');
  expect(verdictOf('rejected', true)).toBe('valid');
  expect(verdictOf('rejected')).toBeUndefined();
});
