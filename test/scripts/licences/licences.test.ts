import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledPackages, productionPackages } from '../../../scripts/licences/licences.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mintgate-licences-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The entry of a package in the lock file, and its package.json; null if it is not installed. */
interface Planted {
  lock?: object;
  manifest?: object | null;
}

/** Writes a lock file and these packages, by their paths, into the folder. */
async function plant(packages: Record<string, Planted>): Promise<void> {
  const locked: Record<string, object> = { '': { name: 'product', license: 'proprietary' } };
  for (const [path, { lock, manifest = {} }] of Object.entries(packages)) {
    locked[path] = { version: '1.0.0', ...lock };
    if (manifest === null) continue;
    await mkdir(join(folder, path), { recursive: true });
    await writeFile(join(folder, path, 'package.json'), JSON.stringify({ version: '1.0.0', ...manifest }));
  }
  const lockFile = { lockfileVersion: 3, packages: locked };
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lockFile));
}

const problems = () =>
  productionPackages(folder).flatMap(({ id, problem }) =>
    problem === undefined ? [] : [`${id} ${problem}`],
  );

describe('the licence of a production dependency', () => {
  test.each([
    'MIT',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    '0BSD',
    'Unlicense',
    'BlueOak-1.0.0',
    'CC0-1.0',
    '(MIT OR CC0-1.0)',
    'MIT AND (ISC OR GPL-3.0-only)',
    'GPL-3.0-or-later OR MIT',
  ])('may be %s', async (license) => {
    await plant({ 'node_modules/a': { manifest: { license } } });
    expect(productionPackages(folder)).toEqual([{ id: 'a@1.0.0', licence: license, problem: undefined }]);
  });

  test.each([
    'Elastic-2.0',
    'GPL-3.0-only',
    'LGPL-2.1-or-later',
    'AGPL-3.0-only',
    'BUSL-1.1',
    'MPL-2.0',
    'CC-BY-3.0',
    'BSD-4-Clause',
    '(MIT AND GPL-3.0-only)',
    '(MIT OR ISC) AND Elastic-2.0',
    'UNLICENSED',
    'SEE LICENSE IN LICENSE.md',
    'LicenseRef-MIT',
    'MIT License',
    'MIT OR',
    '',
    null,
    { type: 'MIT' },
    ['MIT'],
  ])('may not be %j', async (license) => {
    await plant({ 'node_modules/a': { manifest: { license } } });
    expect(problems()).toEqual([`a@1.0.0 has the licence ${JSON.stringify(license)}`]);
  });

  test('may not be missing, even if the lock file names one', async () => {
    await plant({
      'node_modules/a': { lock: { license: 'MIT' } },
      'node_modules/b': { manifest: { licenses: [{ type: 'MIT' }] } },
    });
    expect(problems()).toEqual(['a@1.0.0 names no licence', 'b@1.0.0 names no licence']);
  });
});

describe('production dependencies', () => {
  const manifest = { license: 'Elastic-2.0' };
  const has = 'has the licence "Elastic-2.0"';

  test.each<[string, string, string, object]>([
    ['a package with a scope', 'node_modules/@scope/a', '@scope/a', {}],
    ['a package inside another one', 'node_modules/b/node_modules/@scope/a', '@scope/a', {}],
    ['a bundled one', 'node_modules/b/node_modules/a', 'a', { inBundle: true }],
    ['an optional one', 'node_modules/a', 'a', { optional: true }],
    ['one for development that is optional in production', 'node_modules/a', 'a', { devOptional: true }],
    ['a peer', 'node_modules/a', 'a', { peer: true }],
    ['one under another name', 'node_modules/alias', 'a', { name: 'a' }],
    ['the target of a link', 'packages/a', 'a', { name: 'a' }],
  ])('are checked: %s', async (_what, path, name, lock) => {
    await plant({ 'node_modules/good': { manifest: { license: 'MIT' } }, [path]: { lock, manifest } });
    expect(problems()).toEqual([`${name}@1.0.0 ${has}`]);
  });

  test('do not include packages that only development needs', async () => {
    await plant({ 'node_modules/a': { lock: { dev: true }, manifest } });
    expect(productionPackages(folder)).toEqual([]);
  });

  test('are checked by the lock file if they are for other platforms', async () => {
    const optional = { optional: true };
    await plant({
      'node_modules/good': { lock: { ...optional, license: 'MIT' }, manifest: null },
      'node_modules/bad': { lock: { ...optional, license: 'Elastic-2.0' }, manifest: null },
      'node_modules/silent': { lock: optional, manifest: null },
    });
    expect(problems()).toEqual([`bad@1.0.0 ${has}`, 'silent@1.0.0 names no licence']);
  });

  test('must be installed in the version of the lock file', async () => {
    await plant({
      'node_modules/gone': { lock: { license: 'MIT' }, manifest: null },
      'node_modules/other': { manifest: { license: 'MIT', version: '2.0.0' } },
    });
    expect(problems()).toEqual([
      'gone@1.0.0 is not installed: run npm ci',
      'other@1.0.0 is installed as 2.0.0: run npm ci',
    ]);
  });

  test('cannot be read from a lock file of npm 6', async () => {
    await writeFile(join(folder, 'package-lock.json'), '{"lockfileVersion":1,"dependencies":{}}');
    expect(() => productionPackages(folder)).toThrow('expected lockfileVersion 2 or 3');
  });
});

describe('bundled packages', () => {
  const write = async (list: object[]) => {
    const file = join(folder, 'bundled-packages.json');
    await writeFile(file, JSON.stringify(list));
    return file;
  };

  test('are checked by the list of the build', async () => {
    const file = await write([
      { name: 'good', version: '1.0.0', license: 'MIT' },
      { name: '@scope/bad', version: '2.0.0', license: 'Elastic-2.0' },
      { name: 'silent', version: '3.0.0' },
    ]);
    expect(bundledPackages(file).map(({ id, problem }) => [id, problem])).toEqual([
      ['good@1.0.0', undefined],
      ['@scope/bad@2.0.0', 'has the licence "Elastic-2.0"'],
      ['silent@3.0.0', 'names no licence'],
    ]);
  });

  test('need a list that exists and names some', async () => {
    expect(() => bundledPackages(join(folder, 'missing.json'))).toThrow('run npm run build');
    const file = await write([]);
    expect(() => bundledPackages(file)).toThrow('names no package');
  });
});

describe('the command of CI', () => {
  const check = (...args: string[]) =>
    new Promise<{ code: number | string | null | undefined; stdout: string; stderr: string }>((resolve) => {
      const script = join(root, 'scripts/licences/check-licences.ts');
      execFile(process.execPath, [script, ...args], { timeout: 30_000 }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });

  test('accepts the production dependencies of this package, and lists them by licence', async () => {
    const { code, stdout, stderr } = await check(root);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^MIT \(\d+\): .*\bgraphql@/m);
    expect(stdout).toMatch(/^Apache-2.0 \(\d+\): .*\bdenque@/m);
  });

  test('fails because of one licence that is not permissive, and names the package', async () => {
    await plant({
      'node_modules/good': { manifest: { license: 'MIT' } },
      'node_modules/@apollo/federation-internals': { manifest: { license: 'Elastic-2.0' } },
    });
    const { code, stdout, stderr } = await check(folder);
    expect(code).toBe(1);
    expect(stdout).toContain('MIT (1): good@1.0.0');
    expect(stderr).toContain('@apollo/federation-internals@1.0.0 has the licence "Elastic-2.0"');
  });

  test('fails because of a bundled package, and names it', async () => {
    await plant({ 'node_modules/good': { manifest: { license: 'MIT' } } });
    const list = join(folder, 'bundled-packages.json');
    await writeFile(list, JSON.stringify([{ name: 'bundled', version: '1.0.0', license: 'GPL-3.0-only' }]));
    const { code, stdout, stderr } = await check(folder, list);
    expect(code).toBe(1);
    expect(stdout).toContain('MIT (1): good@1.0.0');
    expect(stderr).toContain('bundled@1.0.0 has the licence "GPL-3.0-only"');
  });

  test('fails if there is nothing to check', async () => {
    await plant({});
    expect(await check(folder)).toMatchObject({ code: 1, stdout: '' });
  });
});
