// Builds the package into a folder: node scripts/build/build.ts [folder]
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build-package.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
await buildPackage(root, resolve(root, process.argv[2] ?? 'dist'));
