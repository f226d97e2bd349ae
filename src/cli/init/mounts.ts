import { hostFiles } from '../generated/host-files.ts';
import type { Mount } from './mount-names.ts';

/** A file of a host, as the example has it. */
export interface HostFile {
  /** Relative to the folder of the host. */
  path: string;
  text: string;
  /** The lines that a file that is there already needs; undefined where that is all of it. */
  part?: string;
}

/** Steps that the operator does by hand, per host. */
export const byHand: Readonly<Record<Mount, readonly string[]>> = {
  next: [
    "next.config.ts: add serverExternalPackages: ['mintgate', 'graphql']",
    "proxy.ts: let clerkMiddleware of '@clerk/nextjs/server' run for /graphql",
    '.env: set NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY to the publishable key, too',
  ],
  express: ['start: node --env-file=.env server.ts'],
  'react-router': [
    "app/routes.ts: add route('graphql', 'routes/graphql.ts')",
    "app/root.tsx: export const middleware = [clerkMiddleware()], of '@clerk/react-router/server'",
    'start your server with the variables of .env in its environment',
  ],
  fastify: ['start: node --env-file=.env server.ts'],
  hono: ['start: node --env-file=.env server.ts'],
};

/** The files of a host. */
export function filesOf(mount: Mount): readonly HostFile[] {
  return hostFiles[mount];
}

/** The packages that a file imports, without the modules of Node.js. */
export function packagesOf(text: string): string[] {
  const names = [...text.matchAll(/ from '([^.'][^']*)';/g)].map(([, name = '']) => name);
  const packages = names
    .filter((name) => !name.startsWith('node:'))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set(packages)];
}
