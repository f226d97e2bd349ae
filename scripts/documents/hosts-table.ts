import { readFile } from 'node:fs/promises';
import { markdownTable } from './markdown-table.ts';

const root = new URL('../../', import.meta.url);

/** The hosts of the examples: the folder, the package of the host, and Clerk's SDK for it. */
const hosts: readonly (readonly [example: string, host: string, sdk: string])[] = [
  ['next', 'next', '@clerk/nextjs'],
  ['express', 'express', '@clerk/express'],
  ['express-4', 'express', '@clerk/express'],
  ['express-sdk-node', 'express', '@clerk/clerk-sdk-node'],
  ['react-router', 'react-router', '@clerk/react-router'],
  ['remix', '@remix-run/node', '@clerk/remix'],
  ['fastify', 'fastify', '@clerk/fastify'],
  ['hono', 'hono', '@clerk/hono'],
];

/** Returns the tried versions of each host and SDK as a table. @throws Error when an example lacks one of them */
export async function hostsTable(): Promise<string> {
  const rows = hosts.map(async ([example, ...names]) => {
    const file = `examples/${example}/package.json`;
    const { dependencies } = JSON.parse(await readFile(new URL(file, root), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    return names.map((name) => {
      if (dependencies[name] === undefined) throw new Error(`${file}: ${name} is missing in dependencies`);
      return `\`${name}\` ${dependencies[name]}`;
    });
  });
  return markdownTable(['host', "Clerk's SDK"], await Promise.all(rows));
}
