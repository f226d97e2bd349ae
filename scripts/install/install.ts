// Installs the packages of folders, unless they are up to date: node scripts/install/install.ts [folder ...]
// Without an argument, it installs those of every example and of the benchmark.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install-packages.ts';
import { packageFolders } from './package-folders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const named = process.argv.slice(2).map((folder) => resolve(root, folder));
await installPackages(named.length > 0 ? named : packageFolders(root));
