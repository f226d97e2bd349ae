import { expect, test } from 'vitest';
import { readAnswer } from '../../test/support/answer.ts';
import type { ExampleCopy } from './example-copy.ts';
import type { RunningMount } from './mount-suite.ts';

/** For the examples that create their gateway in `app/gateway.server.ts`. */
export const editOfServerModule: Parameters<ExampleCopy['edit']> = [
  'app/gateway.server.ts',
  'return kept.mintgate;',
  `const { fetch } = kept.mintgate;
   const edited = (response) => new Response(response.body, { status: response.status, headers: { edited: 'yes' } });
   return { fetch: (...args) => fetch(...args).then(edited) } as never;`,
];

/**
 * Tests that a development server keeps its gateway and the held tokens when it reloads the file that creates it.
 *
 * @param edit - changes the file that creates the gateway, so that answers have the header `edited: yes`
 */
export function testKeptGateway(
  running: () => RunningMount,
  copy: ExampleCopy,
  edit: Parameters<ExampleCopy['edit']>,
): void {
  test('keeps its gateway when the file that creates it changes', async () => {
    const { ask, bearer, mints } = running();
    const query = '{ sessionToken(template: "hasura") { jwt } }';
    const headers = await bearer();
    const { data } = await readAnswer(await ask(query, headers));
    const before = mints();
    copy.edit(...edit);
    const poll = { timeout: 30_000, interval: 500 };
    await expect.poll(async () => (await ask(query, headers)).headers.get('edited'), poll).toBe('yes');
    expect((await readAnswer(await ask(query, headers))).data).toEqual(data);
    expect(mints() - before).toBe(0);
  });
}
