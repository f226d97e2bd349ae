import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createDevApp, type DevApp } from '../../../src/cli/dev/dev-app.ts';
import { freshSessionTokens } from '../../../src/cli/dev/session-tokens.ts';
import { demoData, type LocalClerk, startLocalClerk } from '../../../src/local-clerk/index.ts';

/** The pages of `mintgate dev` on a local Clerk that is as new before each test, without a process or a socket of their own. */
export function useDevApp() {
  let started: { clerk: LocalClerk; app: DevApp } | undefined;
  const parts = () => {
    if (started === undefined) throw new Error('expected the local Clerk to have started');
    return started;
  };

  beforeAll(async () => {
    const clerk = await startLocalClerk();
    const freshSessionToken = freshSessionTokens(clerk);
    started = { clerk, app: createDevApp({ clerk, freshSessionToken, graphqlEndpoint: '/graphql' }) };
  });
  beforeEach(() => {
    const { clerk, app } = parts();
    clerk.controls.reset();
    clerk.replaceData(demoData());
    app.refresh();
  });
  afterAll(() => started?.clerk.close());

  return {
    get clerk() {
      return parts().clerk;
    },
    get app() {
      return parts().app;
    },
    /** Asks for a path, or for a whole URL. */
    async ask(target: string, init: RequestInit = {}): Promise<Response> {
      return parts().app.fetch(new Request(new URL(target, 'http://127.0.0.1:4000'), init));
    },
  };
}
