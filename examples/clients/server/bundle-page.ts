import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The scripts of the page as one file, as a frontend's bundler makes it. */
export async function bundlePage(): Promise<string> {
  const build = await rolldown({
    input: path('../page/main.ts'),
    platform: 'browser',
    // A package that is not there would be left for the browser to find, which it cannot.
    onwarn: (warning, warn) => {
      if (warning.code !== 'UNRESOLVED_IMPORT') return warn(warning);
      throw new Error(`The page cannot be bundled (npm install brings its packages): ${warning.message}`);
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
