import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** The sources of the build; the lock file stands for the packages. */
const sources = [
  'app/graphql/route.ts',
  'proxy.ts',
  'next.config.ts',
  '../servers/schema.ts',
  '../load/origin.ts',
  '../package-lock.json',
];

/** Builds the application for production, if its sources have changed. @throws Error when the build fails */
export function buildNext(): void {
  const built = changed('.next/BUILD_ID');
  if (sources.every((name) => changed(name) < built)) return;
  execFileSync(process.execPath, [here('../node_modules/next/dist/bin/next'), 'build'], {
    cwd: here('.'),
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Returns the time of the last change, in milliseconds since the epoch; 0 for a missing file. */
function changed(name: string): number {
  return statSync(here(name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
