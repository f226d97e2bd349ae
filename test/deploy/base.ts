import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What stands for the base image `node:VERSION-slim`: the Node.js of this repository, the machine's npm, and its system. */
export interface Base {
  /** What is in /usr/local. */
  folder: string;
  /** The version of Node.js. */
  version: string;
  /** Settings of this machine that make npm find its registry: no part of an image. */
  buildEnvironment: Record<string, string>;
  /** Where npm keeps packages. */
  npmCache: string;
}

/** The user that the base image has besides root. */
export const nodeUser = { name: 'node', id: 1000 };

const certificates = '/etc/ssl/certs/ca-certificates.crt';
const npm = (...args: string[]) => execFileSync('npm', args, { encoding: 'utf8' }).trim();
const ifThere = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error;
};

/** Makes the base. @param folder - an empty one */
export async function makeBase(folder: string): Promise<Base> {
  const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  for (const part of ['bin', 'etc', 'lib/node_modules']) await mkdir(join(folder, part), { recursive: true });
  await copyFile(node, join(folder, 'bin/node'));
  const [globalModules, globalConfig, userConfig, npmCache] = [
    npm('root', '--global'),
    ...['globalconfig', 'userconfig', 'cache'].map((name) => npm('config', 'get', name)),
  ] as [string, string, string, string];
  await cp(join(globalModules, 'npm'), join(folder, 'lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'bin/npm'));
  await copyFile(globalConfig, join(folder, 'etc/npmrc')).catch(ifThere);
  await copyFile(userConfig, join(folder, 'etc/user-npmrc')).catch(ifThere);
  await mkdir(npmCache, { recursive: true });
  const passedOn = Object.entries(process.env).filter(([name]) =>
    /^(?:https?_proxy|no_proxy|npm_config_registry|NODE_EXTRA_CA_CERTS)$/i.test(name),
  );
  return {
    folder,
    version: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1),
    buildEnvironment: {
      ...(Object.fromEntries(passedOn) as Record<string, string>),
      NPM_CONFIG_USERCONFIG: '/usr/local/etc/user-npmrc',
      NPM_CONFIG_CACHE: '/tmp/npm',
    },
    npmCache,
  };
}

/** Puts into an empty root what the base image has outside /usr. */
export async function furnishRoot(root: string): Promise<void> {
  const { name, id } = nodeUser;
  const files = {
    'etc/passwd': `root:x:0:0:root:/root:/bin/sh\n${name}:x:${id}:${id}::/home/${name}:/bin/sh\n`,
    'etc/group': `root:x:0:\n${name}:x:${id}:\n`,
  };
  for (const folder of ['dev', 'proc', 'tmp', 'usr', 'root', `home/${name}`, dirname(certificates)])
    await mkdir(join(root, folder), { recursive: true });
  // Links into /usr, on every Linux of these years.
  for (const folder of ['bin', 'sbin', 'lib', 'lib64'])
    await symlink(await readlink(`/${folder}`), join(root, folder)).catch(ifThere);
  for (const [file, text] of Object.entries(files)) await writeFile(join(root, file), text);
  for (const file of ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', certificates])
    await copyFile(file, join(root, file)).catch(ifThere);
}
