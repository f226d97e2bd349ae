import { expect, test, vi } from 'vitest';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createListTokenTemplates } from '../../src/mint/list-token-templates.ts';
import type { Templates } from '../../src/mint/policy.ts';
import { aCaller } from '../support/engine.ts';

/** Lists the templates of a configuration, at a Clerk that has two. */
function start(templates: Templates) {
  const directory = vi.fn(async () => ['short', 'hasura']);
  const isAuthorized = vi.fn(async ({ template }: { template: string }) => template !== 'short');
  const subject = { caller: aCaller(), startedAt: 5 };
  const list = createListTokenTemplates({
    ...{ templates: () => resolveTemplates(templates), directory, isAuthorized },
  });
  return { directory, isAuthorized, subject, list: () => list(subject) };
}

test('D02 the list has the configured templates, sorted, without a call to Clerk', async () => {
  const { list, directory } = start({ short: { lifetime: 30 }, hasura: {}, constructor1: {} });
  expect((await list()).map(({ name, lifetime }) => [name, lifetime])).toEqual([
    ['constructor1', null],
    ['hasura', null],
    ['short', 30],
  ]);
  expect(directory).not.toHaveBeenCalled();
});

test("D04 with '*' it has those of the instance, and no template of an integration", async () => {
  const { list } = start('*');
  expect((await list()).map(({ name }) => name)).toEqual(['hasura', 'short']);
});

test('D03 whether a template can be minted is decided when it is asked, and once', async () => {
  const { list, isAuthorized, subject } = start(['hasura', 'short']);
  const [hasura, short] = await list();
  expect(isAuthorized).not.toHaveBeenCalled();
  expect(await Promise.all([hasura?.mintable(), hasura?.mintable(), short?.mintable()])).toEqual([
    ...[true, true, false],
  ]);
  expect(isAuthorized.mock.calls).toEqual([
    [{ ...subject, template: 'hasura' }],
    [{ ...subject, template: 'short' }],
  ]);
});

test('D03 at most 10 templates of a list are decided at once, and the others follow', async () => {
  const { list, isAuthorized } = start(Array.from({ length: 300 }, (_, at) => `template-${at}`));
  let [open, mostOpen] = [0, 0];
  isAuthorized.mockImplementation(async () => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    await new Promise(setImmediate);
    open -= 1;
    return true;
  });
  const answers = await Promise.all((await list()).map(({ mintable }) => mintable()));
  expect(answers).toEqual(Array.from({ length: 300 }, () => true));
  expect([mostOpen, isAuthorized.mock.calls.length]).toEqual([10, 300]);
});
