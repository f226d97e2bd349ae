import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import dockerignore from '@balena/dockerignore';
import { type Base, furnishRoot, nodeUser } from './base.ts';
import { readDockerfile, type Stage, type Step } from './dockerfile.ts';
import { runInRoot } from './in-root.ts';

/** The result of the last stage of a Dockerfile. */
export interface Image {
  root: string;
  workdir: string;
  /** The number of the user. */
  user: number;
  env: Record<string, string>;
  entrypoint: readonly string[];
  cmd: readonly string[];
  healthcheck: readonly string[];
}

export interface BuildOptions {
  base: Base;
  /** The build context: the folder with Dockerfile and .dockerignore. */
  context: string;
  /** The folder in which each stage gets a folder. */
  folder: string;
}

const imagePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Builds an image as `docker build` does, with a folder for each stage. @throws Error at the first step that fails */
export async function buildImage(options: BuildOptions): Promise<Image> {
  const stages = readDockerfile(await readFile(join(options.context, 'Dockerfile'), 'utf8'));
  const rules = (await readFile(join(options.context, '.dockerignore'), 'utf8')).split('\n');
  const ignored = dockerignore.default().add(rules.filter((rule) => rule && !rule.startsWith('#')));
  const built = new Map<string, string>();
  let image: Image | undefined;
  for (const [at, stage] of stages.entries()) {
    const root = join(options.folder, `stage-${at}`);
    await mkdir(root);
    await furnishRoot(root);
    image = await buildStage(stage, root, {
      ...options,
      isIgnored: (path) => ignored.ignores(path),
      rootOf: (name) => {
        const found = built.get(name);
        if (found === undefined) throw new Error(`COPY --from=${name}: there is no such stage`);
        return found;
      },
    });
    if (stage.name) built.set(stage.name, root);
  }
  if (image === undefined) throw new Error('the Dockerfile has no stage');
  return image;
}

interface BuildContext extends BuildOptions {
  /** Returns whether .dockerignore excludes a path of the context. */
  isIgnored: (path: string) => boolean;
  /** Returns the root folder of another stage. */
  rootOf: (name: string) => string;
}

async function buildStage(stage: Stage, root: string, building: BuildContext): Promise<Image> {
  if (stage.base !== `node:${building.base.version}-slim`)
    throw new Error(`the base ${stage.base} is not the Node.js of this repository, ${building.base.version}`);
  const image: Image = {
    ...{ root, workdir: '/', user: 0, env: { PATH: imagePath, HOME: '/root' } },
    ...{ entrypoint: [], cmd: [], healthcheck: [] },
  };
  for (const step of stage.steps) await execute(step, image, building);
  return image;
}

async function execute(step: Step, image: Image, building: BuildContext): Promise<void> {
  switch (step.keyword) {
    case 'WORKDIR':
      image.workdir = posix.resolve(image.workdir, step.value);
      await mkdir(join(image.root, image.workdir), { recursive: true });
      return;
    case 'USER':
      if (step.value !== String(nodeUser.id)) throw new Error(`the base image has no user ${step.value}`);
      image.user = nodeUser.id;
      image.env.HOME = `/home/${nodeUser.name}`;
      return;
    case 'ENV':
      Object.assign(image.env, step.variables);
      return;
    case 'COPY':
      return copy(step, image, building);
    case 'RUN':
      return run(step.command, image, building);
    case 'ENTRYPOINT':
      image.entrypoint = step.command;
      return;
    case 'CMD':
      image.cmd = step.command;
      return;
    case 'HEALTHCHECK':
      image.healthcheck = step.command;
      return;
    case 'EXPOSE':
      return;
  }
}

async function run(command: string, image: Image, { base }: BuildContext): Promise<void> {
  const { root, user, workdir, env } = image;
  const { output, ended } = runInRoot({
    ...{ base, root, user, workdir, access: 'rw', npmCache: base.npmCache },
    env: { ...base.buildEnvironment, ...env },
    command: ['/bin/sh', '-c', command],
  });
  const code = await ended;
  if (code !== 0)
    throw new Error(`RUN ${command}\nended with exit code ${code}:\n${output.stdout}\n${output.stderr}`);
}

async function copy(
  { from, sources, destination }: Extract<Step, { keyword: 'COPY' }>,
  { root, workdir }: Image,
  { context, isIgnored, rootOf }: BuildContext,
): Promise<void> {
  const target = join(root, posix.resolve(workdir, destination));
  const intoFolder = destination.endsWith('/');
  if (sources.length > 1 && !intoFolder)
    throw new Error(`COPY: ${destination} must end with a slash, because there are several sources`);
  for (const source of sources) {
    const origin = join(from === undefined ? context : rootOf(from), source);
    const found = await stat(origin).catch(() => undefined);
    if (found === undefined || (from === undefined && isIgnored(posix.normalize(source))))
      throw new Error(`COPY: there is no ${source}`);
    const place = !found.isDirectory() && intoFolder ? join(target, basename(source)) : target;
    if (from === undefined) {
      const filter = (file: string) => !isIgnored(relative(context, file));
      await cp(origin, place, { recursive: true, verbatimSymlinks: true, filter });
    } else {
      await mkdir(join(place, '..'), { recursive: true });
      await promisify(execFile)('cp', ['-aT', origin, place]);
    }
  }
}
