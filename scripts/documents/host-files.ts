import { readFile, writeFile } from 'node:fs/promises';
import { dotEnvText } from '../../src/cli/init/first-files.ts';

const root = new URL('../../', import.meta.url);

/** The files of the examples that `mintgate init --mount` writes, by example. */
const sources = {
  next: ['app/graphql/route.ts'],
  express: ['server.ts'],
  'react-router': ['app/gateway.server.ts', 'app/routes/graphql.ts'],
  fastify: ['server.ts'],
  hono: ['server.ts'],
};

const marks = /^ *\/\/ mintgate: (?:begin|end)\n/gm;

/** Reads a file of an example without its marks, and the excerpt between the marks unless it is the whole file. */
async function readHostFile(example: string, path: string) {
  const whole = await readFile(new URL(`examples/${example}/${path}`, root), 'utf8');
  const text = whole.replace(marks, '');
  const [, excerpt = text] = whole.split(marks);
  return excerpt === text ? { path, text } : { path, text, excerpt };
}

/** Returns the current text of the generated module. */
export async function currentHostFiles(): Promise<string> {
  const files: Record<string, unknown> = {};
  for (const [example, paths] of Object.entries(sources)) {
    files[example] = await Promise.all(paths.map((path) => readHostFile(example, path)));
  }
  return `// Written by npm run codegen from examples/.
export const hostFiles = ${JSON.stringify(files, undefined, 2)};
`;
}

/** The current text of `.env.example`. */
export const currentDotEnv = dotEnvText('MINTGATE_TEMPLATES=hasura');

/** The generated module. */
export const hostFilesModule = new URL('src/cli/generated/host-files.ts', root);
export const dotEnvExample = new URL('.env.example', root);

if (import.meta.main) {
  await writeFile(hostFilesModule, await currentHostFiles());
  await writeFile(dotEnvExample, currentDotEnv);
}
