import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { newFolder } from '../support/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A stand-in for Clerk's React SDK, which has not loaded. */
const clerkReact = `export const useAuth = () =>
  ({ isLoaded: false, sessionId: undefined, orgId: undefined, getToken: async () => null });`;

const render = `import { createElement } from 'react';
  import { renderToString } from 'react-dom/server';
  import { App } from './app.tsx';
  console.log(renderToString(createElement(App)));`;

/** Renders the component `App` of a block as a server does. @returns its HTML */
export async function renderBlock(code: string): Promise<string> {
  const folder = await newFolder({ 'app.tsx': code, 'main.ts': render, 'clerk-react.ts': clerkReact });
  const packages = ['react', 'react-dom'].map((name) => [name, join(root, 'node_modules', name)]);
  const build = await rolldown({
    input: join(folder, 'main.ts'),
    platform: 'node',
    onLog: () => {},
    resolve: {
      alias: {
        'mintgate/react': join(root, 'src/react/index.ts'),
        '@clerk/react': join(folder, 'clerk-react.ts'),
        ...Object.fromEntries(packages),
      },
    },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const file = join(folder, 'main.cjs');
  await build.write({ file, format: 'cjs' });
  await build.close();
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
  return stdout.trim();
}
