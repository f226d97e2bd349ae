import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer } from '../../test/support/answer.ts';
import { type ExampleProcess, startExample } from './example-process.ts';
import { requestToken } from './in-process.ts';

/** Tests the answer and the log of an example without Clerk's middleware. */
export function describeMissingMiddleware(name: string, example: string, paths: readonly string[]): void {
  describe(`${name} without Clerk's middleware`, () => {
    let clerk: LocalClerk;
    let running: ExampleProcess | undefined;

    beforeAll(async () => {
      clerk = await startLocalClerk();
      running = await startExample(example, 'dev', clerk);
    });
    afterAll(async () => {
      await running?.stop();
      await clerk?.close();
    });

    test.each(paths)('names the missing middleware at %s', async (path) => {
      const authorization = `Bearer ${await clerk.mintSessionToken('sess_ada')}`;
      const { data, errors } = await readAnswer(
        await requestToken(running?.origin + path, { authorization }),
      );
      expect(data).toEqual({ sessionToken: null });
      expect(errors[0]?.message).toContain("Check that Clerk's middleware");
      await expect.poll(() => running?.output()).toContain("Check that Clerk's middleware");
    });
  });
}
