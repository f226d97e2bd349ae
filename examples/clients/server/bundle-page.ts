import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Bundles the scripts of the page into one file, as a frontend's bundler does. */
export async function bundlePage(): Promise<string> {
  const build = await rolldown({
    input: path('../page/main.ts'),
    platform: 'browser',
    // Otherwise a missing package would become an import that the browser cannot resolve.
    onwarn: (warning, warn) => {
      if (warning.code !== 'UNRESOLVED_IMPORT') return warn(warning);
      throw new Error(`The page cannot be bundled: ${warning.message}. Run npm install in examples/clients.`);
    },
    resolve: {
      alias: {
        'mintgate/client/documents': path('../../../src/client/documents.ts'),
        'mintgate/client': path('../../../src/client/index.ts'),
      },
    },
  });
  try {
    const { output } = await build.generate({ format: 'esm' });
    return output[0].code;
  } finally {
    await build.close();
  }
}
