import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import type { PageConfig } from './app.tsx';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The versions of React in the tests, with the folders of their packages. */
export const reactFolders = {
  'React 18': path('../../react-18/node_modules'),
  'React 19': path('../../node_modules'),
} as const;

export type ReactName = keyof typeof reactFolders;

/** Bundles the script of the page with a version of React, in its development build, whose Strict Mode mounts twice. */
export async function bundleReactPage(name: ReactName): Promise<string> {
  const build = await open('page.tsx', name, 'browser');
  try {
    const { output } = await build.generate({ format: 'esm' });
    return output[0].code;
  } finally {
    await build.close();
  }
}

/** Renders the page as a server does, in a process. @returns its HTML */
export async function renderReactPage(name: ReactName, config: PageConfig): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-react-'));
  const build = await open('server.tsx', name, 'node');
  try {
    const file = join(folder, 'server.cjs');
    await build.write({ file, format: 'cjs' });
    const render = promisify(execFile)(process.execPath, [file, JSON.stringify(config)], { timeout: 20_000 });
    return (await render).stdout;
  } finally {
    await build.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function open(entry: string, name: ReactName, platform: 'browser' | 'node') {
  const react = ['react', 'react-dom'].map((each) => [each, join(reactFolders[name], each)]);
  return rolldown({
    input: path(entry),
    platform,
    // Otherwise a missing package would become an import that the browser cannot resolve.
    onLog(_level, { code, message }) {
      if (code !== 'UNRESOLVED_IMPORT') return;
      throw new Error(`The page cannot be bundled: ${message}. Run npm run test:clients in the root.`);
    },
    resolve: {
      alias: {
        ...Object.fromEntries(react),
        'mintgate/react': path('../../../../src/react/index.ts'),
        'mintgate/client': path('../../../../src/client/index.ts'),
      },
    },
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
  });
}
