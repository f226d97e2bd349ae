import { execFileSync, spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { newFolder, quickStart } from '../../support/command.ts';

const loader = new URL('../../../src/cli/configuration/load-config-file.ts', import.meta.url).href;

/** Loads the config file of a folder in a separate process, without the module loader of vitest. Returns the options or the problems. */
async function load(folder: string, named?: string): Promise<string> {
  const code = `import { loadConfigFile } from ${JSON.stringify(loader)};
    const [folder, named] = process.argv.slice(1);
    try { console.log(JSON.stringify((await loadConfigFile(folder, named)).config)) }
    catch (error) { console.log(error.problems?.join('\\n') ?? error.stack) }`;
  return runCode(code, [folder, ...(named ? [named] : [])]);
}

/** Runs code in a separate process. Returns its output, without the path of the folder. @param args - the folder first */
async function runCode(code: string, [folder = '', ...others]: readonly string[]): Promise<string> {
  // Node.js defines the global variable `module` for `-e` only.
  const program = `delete globalThis.module;\n${code}`;
  const args = [...quickStart.args, '--input-type=module', '-e', program, folder, ...others];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...quickStart.env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  await new Promise((resolve) => child.on('close', resolve));
  return output.trim().replaceAll(`${folder}/`, '');
}

const good = 'export default { templates: ["hasura"] };';
const allowed = 'expected mintgate.config.ts, .mts, .js or .mjs, with `export default defineConfig({ ... })`';

describe('a config file', () => {
  test.each(['mintgate.config.ts', 'mintgate.config.mts', 'mintgate.config.js', 'mintgate.config.mjs'])(
    'may be %s, by default or by MINTGATE_CONFIG',
    async (name) => {
      const folder = await newFolder({
        [name]: good,
        [`other/${name}`]: good,
        'package.json': '{"type":"module"}',
      });
      const read = JSON.stringify({ templates: ['hasura'] });
      expect(await load(folder)).toBe(read);
      expect(await load(folder, `other/${name}`)).toBe(read);
    },
  );

  const manifests = ['{}', '{"type":"commonjs"}', '{"type":"module"}'];
  const endings = ['.js', '.mjs', '.ts', '.mts'];
  const everywhere = manifests.flatMap((manifest) => endings.map((ending) => [manifest, ending] as const));

  test.each(everywhere)(
    'beside the package.json %s that ends with %s is loaded anew',
    async (manifest, ending) => {
      const name = `mintgate.config${ending}`;
      const folder = await newFolder({ [name]: good, 'package.json': manifest });
      const code = `import { writeFileSync } from 'node:fs';
      import { loadConfigFile } from ${JSON.stringify(loader)};
      const [folder] = process.argv.slice(1);
      const load = async () => console.log((await loadConfigFile(folder, undefined)).config.templates.join());
      await load();
      writeFileSync(folder + '/${name}', 'export default { templates: ["changed"] };');
      await load();`;
      expect(await runCode(code, [folder])).toBe('hasura\nchanged');
    },
  );

  test.each(everywhere)(
    'beside the package.json %s that ends with %s is no CommonJS',
    async (manifest, ending) => {
      const name = `mintgate.config${ending}`;
      const folder = await newFolder({ [name]: 'module.exports = {};', 'package.json': manifest });
      expect(await load(folder)).toMatch(
        new RegExp(
          `^${name}: cannot be loaded: line 1, column 1: .*: expected an ES module with \`export default\`$`,
        ),
      );
    },
  );

  test('is loaded anew each time, and the modules that it imports once', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': 'import { name } from "./name.ts";\nexport default { templates: [name, "one"] };',
      'name.ts': 'export const name: string = "imported";',
    });
    const code = `import { writeFileSync } from 'node:fs';
      import { loadConfigFile } from ${JSON.stringify(loader)};
      const [folder] = process.argv.slice(1);
      const load = async () => {
        const { config, imports } = await loadConfigFile(folder, undefined);
        console.log(JSON.stringify([config.templates, imports]));
      };
      await load();
      writeFileSync(folder + '/mintgate.config.ts', 'import { name } from "./name.ts"; export default { templates: [name, "two"] };');
      writeFileSync(folder + '/name.ts', 'export const name = "changed";');
      await load();
      writeFileSync(folder + '/mintgate.config.ts', 'export default { templates: ["a" };');
      await loadConfigFile(folder, undefined).catch(({ problems }) => console.log(problems.join()));`;
    const lines = (await runCode(code, [folder])).split('\n');
    expect(lines).toEqual([
      '[["imported","one"],["./name.ts"]]',
      '[["imported","two"],["./name.ts"]]',
      expect.stringMatching(/^mintgate\.config\.ts: cannot be loaded: line 1, column \d+: /),
    ]);
  });

  test.each([10, 0])('that never finishes to load is refused after the signal, at %i ms', async (ms) => {
    const folder = await newFolder({ 'mintgate.config.ts': 'await new Promise(() => {});' });
    const code = `import { writeFileSync } from 'node:fs';
      import { loadConfigFile } from ${JSON.stringify(loader)};
      const [folder] = process.argv.slice(1);
      const signal = ${ms} === 0 ? AbortSignal.abort(new Error('late')) : AbortSignal.timeout(${ms});
      const alive = setTimeout(() => {}, 60_000);
      await loadConfigFile(folder, undefined, signal).catch((error) => console.log(error === signal.reason));
      await import('mintgate').catch(({ code }) => console.log(code));
      writeFileSync(folder + '/mintgate.config.ts', 'export default { templates: ["next"] };');
      console.log((await loadConfigFile(folder, undefined)).config.templates.join());
      clearTimeout(alive);`;
    expect(await runCode(code, [folder])).toBe('true\nERR_MODULE_NOT_FOUND\nnext');
  });

  test('that is a pipe is refused, without waiting for its writer', async () => {
    const folder = await newFolder({});
    execFileSync('mkfifo', [`${folder}/mintgate.config.ts`]);
    expect(await load(folder)).toBe(
      'mintgate.config.ts: expected a regular file, not a folder, a pipe, a socket or a device',
    );
  });

  test('may be missing when MINTGATE_CONFIG names none', async () => {
    const folder = await newFolder({ 'mintgate.config.ts.bak': good, 'mintgate.config.example.ts': good });
    expect(await load(folder)).toBe('{}');
    expect(await load(folder, 'nowhere.ts')).toBe('MINTGATE_CONFIG: there is no file nowhere.ts');
  });

  test.each(['.cjs', '.cts', '.json', '.yaml', '.toml'])(
    'that ends with %s is refused, not ignored',
    async (ending) => {
      const folder = await newFolder({ [`mintgate.config${ending}`]: '{}' });
      const why = `a config file cannot end with ${ending}: ${allowed}`;
      expect(await load(folder)).toBe(`mintgate.config${ending}: ${why}`);
      const named = `mintgate.config${ending}`;
      expect(await load(folder, named)).toBe(`MINTGATE_CONFIG: ${named}: ${why}`);
    },
  );

  test.each([
    [['mintgate.config.ts', 'mintgate.config.js']],
    [['mintgate.config.ts', 'mintgate.config.json']],
    [['mintgate.config.mts', 'mintgate.config.mjs', 'mintgate.config.cjs']],
  ])('%j are refused together, unless MINTGATE_CONFIG names one', async (names) => {
    const folder = await newFolder(Object.fromEntries(names.map((name) => [name, good])));
    expect(await load(folder)).toBe(
      `${names.join(' and ')}: more than one config file: keep one, or name one in MINTGATE_CONFIG`,
    );
    expect(await load(folder, names[0])).toContain('hasura');
  });

  test.each([
    ['a function', 'export default () => ({ templates: [] });'],
    ['a list', 'export default [];'],
    ['nothing', 'export const config = {};'],
  ])('that exports %s is refused with what is expected', async (_what, text) => {
    const folder = await newFolder({ 'mintgate.config.ts': text });
    expect(await load(folder)).toBe('mintgate.config.ts: expected `export default defineConfig({ ... })`');
  });
});

const broken = `import { defineConfig } from 'mintgate';

export default defineConfig({
  templates: { hasura: {} }
  corsOrigins: [],
});
`;

describe('a mistake in a config file is reported with its line and column', () => {
  test.each(['mintgate.config.ts', 'mintgate.config.mts', 'mintgate.config.js', 'mintgate.config.mjs'])(
    'in %s',
    async (name) => {
      const folder = await newFolder({ [name]: broken, 'package.json': '{"type":"module"}' });
      expect(await load(folder)).toMatch(
        new RegExp(`^${name}: cannot be loaded: line 5, column 3: [^\\n]*$`),
      );
    },
  );

  test.each([
    ['a missing end', 'export default {\n  templates: {', 'line 2, column 15: Unexpected'],
    [
      'TypeScript that needs compilation',
      'enum A { B }\nexport default {};',
      'line 1, column 1: TypeScript enum is not',
    ],
    [
      'an error at runtime',
      'const a = undefined;\nexport default { b: a.c };',
      'line 2, column 23: Cannot read',
    ],
    [
      'a SyntaxError at runtime',
      'export default {\n  a: JSON.parse("{"),\n};',
      'line 2, column 11: Expected property',
    ],
  ])('%s', async (_what, text, message) => {
    const folder = await newFolder({ 'mintgate.config.ts': text });
    expect(await load(folder)).toContain(`mintgate.config.ts: cannot be loaded: ${message}`);
  });

  test('in an imported file, with its name', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': "import { templates } from './templates.ts';\nexport default { templates };",
      'templates.ts': broken,
    });
    expect(await load(folder)).toMatch(
      /^mintgate\.config\.ts: cannot be loaded: in templates\.ts, line 5, column 3: /,
    );
  });

  test('except for an imported file that does not exist', async () => {
    const folder = await newFolder({ 'mintgate.config.ts': "import './nowhere.ts';\nexport default {};" });
    expect(await load(folder)).toMatch(
      /^mintgate\.config\.ts: cannot be loaded: Cannot find module 'nowhere\.ts'/,
    );
  });

  test('with keys redacted', async () => {
    const key = ['sk', 'test', 'MARKER1234567890'].join('_');
    const folder = await newFolder({ 'mintgate.config.ts': `throw new Error('${key}');` });
    expect(await load(folder)).toBe('mintgate.config.ts: cannot be loaded: line 1, column 7: [redacted]');
  });
});
