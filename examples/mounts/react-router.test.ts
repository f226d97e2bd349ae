import { afterAll } from 'vitest';
import { copyExample } from './example-copy.ts';
import { testKeptGateway } from './kept-gateway.ts';
import { describeMissingMiddleware } from './missing-middleware.ts';
import { describeMount } from './mount-suite.ts';

const edited = copyExample('react-router', 'edited');
const based = copyExample('react-router', 'based');
const unguarded = copyExample('react-router', 'unguarded');
based.edit('app/gateway.server.ts', 'templates:', "graphqlEndpoint: '/base/graphql', templates:");
based.write('react-router.config.ts', "export default { basename: '/base' };\n");
unguarded.edit('app/root.tsx', 'export const middleware = [clerkMiddleware()];', 'clerkMiddleware;');
afterAll(() => {
  for (const copy of [edited, based, unguarded]) copy.remove();
});

describeMount({
  name: 'React Router 8',
  example: 'react-router',
  build: 'build',
  script: 'start',
  path: '/graphql',
});

describeMount({
  name: 'React Router 8, in development',
  example: edited.example,
  script: 'dev',
  path: '/graphql',
  more: (running) =>
    testKeptGateway(running, edited, [
      'app/gateway.server.ts',
      'return kept.mintgate;',
      `const { fetch } = kept.mintgate;
       const edited = (response) => new Response(response.body, { status: response.status, headers: { edited: 'yes' } });
       return { fetch: (...args) => fetch(...args).then(edited) } as never;`,
    ]),
});

describeMount({
  name: 'React Router 8, below a base path',
  example: based.example,
  build: 'build',
  script: 'start',
  path: '/base/graphql',
});

describeMissingMiddleware('React Router 8', unguarded.example, ['/graphql']);
