import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readlink, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The replacement for the base image `node:VERSION-slim`: the Node.js of this repository, with npm and the system of this machine. */
export interface Base {
  /** The content of /usr/local. */
  folder: string;
  /** The version of Node.js. */
  version: string;
  /** Settings of this machine that npm needs to reach its registry. They are not part of an image. */
  buildEnvironment: Record<string, string>;
  /** The folder in which npm caches packages. */
  npmCache: string;
}

/** The unprivileged user of the base image. */
export const nodeUser = { name: 'node', id: 1000 };

const certificates = '/etc/ssl/certs/ca-certificates.crt';
const npm = (...args: string[]) => execFileSync('npm', args, { encoding: 'utf8' }).trim();
const ignoreMissing = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error;
};

/** Returns the folder of the package npm: `npm root --global` names another one where a prefix is set, or another Node.js comes first. */
async function npmFolder(): Promise<string> {
  const command = execFileSync('which', ['npm'], { encoding: 'utf8' }).trim();
  return join(await realpath(command), '../..');
}

/** Creates the base. @param folder - an empty folder */
export async function makeBase(folder: string): Promise<Base> {
  const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  for (const part of ['bin', 'etc', 'lib/node_modules']) await mkdir(join(folder, part), { recursive: true });
  await copyFile(node, join(folder, 'bin/node'));
  const [globalConfig, userConfig, npmCache] = ['globalconfig', 'userconfig', 'cache'].map((name) =>
    npm('config', 'get', name),
  ) as [string, string, string];
  await cp(await npmFolder(), join(folder, 'lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'bin/npm'));
  await copyFile(globalConfig, join(folder, 'etc/npmrc')).catch(ignoreMissing);
  await copyFile(userConfig, join(folder, 'etc/user-npmrc')).catch(ignoreMissing);
  await mkdir(npmCache, { recursive: true });
  const forwarded = Object.entries(process.env).filter(([name]) =>
    /^(?:https?_proxy|no_proxy|npm_config_registry|NODE_EXTRA_CA_CERTS)$/i.test(name),
  );
  return {
    folder,
    version: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1),
    buildEnvironment: {
      ...(Object.fromEntries(forwarded) as Record<string, string>),
      NPM_CONFIG_USERCONFIG: '/usr/local/etc/user-npmrc',
      NPM_CONFIG_CACHE: '/tmp/npm',
    },
    npmCache,
  };
}

/** Adds to an empty root the files that the base image has outside /usr. */
export async function furnishRoot(root: string): Promise<void> {
  const { name, id } = nodeUser;
  const files = {
    'etc/passwd': `root:x:0:0:root:/root:/bin/sh\n${name}:x:${id}:${id}::/home/${name}:/bin/sh\n`,
    'etc/group': `root:x:0:\n${name}:x:${id}:\n`,
  };
  for (const folder of ['dev', 'proc', 'tmp', 'usr', 'root', `home/${name}`, dirname(certificates)])
    await mkdir(join(root, folder), { recursive: true });
  // On current Linux distributions, these are links into /usr.
  for (const folder of ['bin', 'sbin', 'lib', 'lib64'])
    await symlink(await readlink(`/${folder}`), join(root, folder)).catch(ignoreMissing);
  for (const [file, text] of Object.entries(files)) await writeFile(join(root, file), text);
  for (const file of ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', certificates])
    await copyFile(file, join(root, file)).catch(ignoreMissing);
}
