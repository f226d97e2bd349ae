// Installs the packages of every mount, unless they are up to date, and builds the package that the mounts share.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const examples = new URL('../', import.meta.url);
const read = (url: URL) => readFileSync(url, 'utf8');

for (const { name } of readdirSync(examples, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
)) {
  const folder = new URL(`${name}/`, examples);
  const manifest = new URL('package.json', folder);
  if (!existsSync(manifest) || !read(manifest).includes('"mintgate": "file:../.."')) continue;
  const lock = createHash('sha256')
    .update(read(new URL('package-lock.json', folder)))
    .digest('hex');
  const mark = new URL('node_modules/.installed', folder);
  if (existsSync(mark) && read(mark) === lock) continue;
  process.stdout.write(`${name}: npm ci\n`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  writeFileSync(mark, lock);
}

// Built here, because the tests start many examples at once.
// Imported by its URL, because it is JavaScript without types.
const { ensureBuilt } = await import(new URL('built.js', examples).href);
ensureBuilt();
