// Installs the packages of every mount, unless they are up to date, and the package of this repository as npm packs it: the tests run the
// published files, with their production dependencies only.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';

const examples = new URL('../', import.meta.url);
const read = (url: URL) => readFileSync(url, 'utf8');
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
const mounts: URL[] = [];

for (const { name } of readdirSync(examples, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
)) {
  const folder = new URL(`${name}/`, examples);
  const manifest = new URL('package.json', folder);
  if (!existsSync(manifest) || !read(manifest).includes('"mintgate": "file:../.."')) continue;
  mounts.push(folder);
  const lock = createHash('sha256')
    .update(read(new URL('package-lock.json', folder)))
    .digest('hex');
  const mark = new URL('node_modules/.installed', folder);
  if (existsSync(mark) && read(mark) === lock) continue;
  process.stdout.write(`${name}: npm ci\n`);
  execFileSync('npm', ['ci', ...quiet], { cwd: folder, stdio: 'inherit' });
  writeFileSync(mark, lock);
}

// Built here, because the tests start many examples at once.
// Imported by its URL, because it is JavaScript without types.
const { ensureBuilt, packed, root } = await import(new URL('built.js', examples).href);
ensureBuilt();

const parent = fileURLToPath(new URL('.packed/', examples));
rmSync(parent, { recursive: true, force: true });
mkdirSync(parent);
writeFileSync(`${parent}package.json`, '{ "private": true }');
const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', parent];
const archive = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
execFileSync('npm', ['install', ...quiet, `./${archive}`], { cwd: parent, stdio: 'inherit' });
for (const mount of mounts) {
  const link = fileURLToPath(new URL('node_modules/mintgate', mount));
  rmSync(link, { recursive: true, force: true });
  symlinkSync(packed, link);
}
