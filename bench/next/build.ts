import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** What it is made of, its packages by the lock file. */
const sources = [
  'app/graphql/route.ts',
  'proxy.ts',
  'next.config.ts',
  '../servers/schema.ts',
  '../package-lock.json',
];

/** Builds the application for production, unless it has been since the last change. @throws when it cannot be built */
export function buildNext(): void {
  const built = changed('.next/BUILD_ID');
  if (sources.every((name) => changed(name) < built)) return;
  execFileSync(process.execPath, [here('../node_modules/next/dist/bin/next'), 'build'], {
    cwd: here('.'),
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** When, in milliseconds since the epoch; 0 for what is not there. */
function changed(name: string): number {
  return statSync(here(name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
