import { beforeEach } from 'vitest';
import { createDevApp, type DevApp } from '../../../src/cli/dev/dev-app.ts';
import type { QueryTemplates } from '../../../src/cli/dev/session-templates.ts';
import { createSessionTokenSigner } from '../../../src/cli/dev/session-token-signer.ts';
import { useClerk } from '../use-clerk.ts';

/**
 * Creates the pages of `mintgate dev` on a local Clerk before each test, without a process or a socket.
 *
 * @param queryTemplates - @default discovery is off
 */
export function useDevApp(queryTemplates?: QueryTemplates) {
  const world = useClerk();
  let created: DevApp | undefined;
  const app = () => {
    if (created === undefined) throw new Error('expected the pages to have been created');
    return created;
  };

  beforeEach(() => {
    const { clerk } = world;
    const signSessionToken = createSessionTokenSigner(clerk, '');
    created = createDevApp({
      ...{ clerk, signSessionToken, graphqlEndpoint: '/graphql', templates: '*' },
      queryTemplates,
    });
  });

  return {
    get clerk() {
      return world.clerk;
    },
    get app() {
      return app();
    },
    /** Requests a path, or a whole URL. */
    async ask(target: string, init: RequestInit = {}): Promise<Response> {
      return app().fetch(new Request(new URL(target, 'http://127.0.0.1:4000'), init));
    },
  };
}
