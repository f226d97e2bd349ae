import { hostFiles } from '../generated/host-files.ts';
import type { Mount } from './mount-names.ts';

/** A file that a host needs. Its text comes from the examples. */
export interface HostFile {
  /** Relative to the folder of the host. */
  path: string;
  text: string;
  /** The lines to add to an existing file; undefined for all lines. */
  excerpt?: string;
}

/** Returns the files that a host needs. */
export function hostFilesOf(mount: Mount): readonly HostFile[] {
  return hostFiles[mount];
}

/** The remaining steps for the operator, by host. */
export const manualSteps: Readonly<Record<Mount, readonly string[]>> = {
  next: [
    "next.config.ts: add serverExternalPackages: ['mintgate', 'graphql']",
    "proxy.ts: run clerkMiddleware of '@clerk/nextjs/server' for /graphql",
    '.env: also set NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY to the publishable key',
  ],
  express: ['start: node --env-file=.env server.ts'],
  'react-router': [
    "app/routes.ts: add route('graphql', 'routes/graphql.ts')",
    "app/root.tsx: export const middleware = [clerkMiddleware()], from '@clerk/react-router/server'",
    'start your server with the variables of .env in its environment',
  ],
  fastify: ['start: node --env-file=.env server.ts'],
  hono: ['start: node --env-file=.env server.ts'],
};

/** Returns the npm packages that a file imports, each once. */
export function importedPackages(text: string): string[] {
  const names = [...text.matchAll(/ from '([^.'][^']*)';/g)].map(([, name = '']) => name);
  return [...new Set(names.filter((name) => !name.startsWith('node:')).map(packageOf))];
}

function packageOf(specifier: string): string {
  const parts = specifier.startsWith('@') ? 2 : 1;
  return specifier.split('/').slice(0, parts).join('/');
}
