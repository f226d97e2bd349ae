import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSource } from '../../../scripts/rooms/source-files.ts';
import { writeJsonSchema } from '../../../src/cli/types/json-schema.ts';
import { printableText } from '../../../src/cli/types/printable-text.ts';
import type { SelectedTemplate } from '../../../src/cli/types/select-templates.ts';
import { typesOfTemplates } from '../../../src/cli/types/template-types.ts';
import { writeTypeScript } from '../../../src/cli/types/typescript.ts';
import { newFolder } from '../../support/command.ts';
import { createMinter, hostileTexts, randomClaims, randomData } from './random-templates.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const seed = 20_261_129;

const compilerOptions = {
  ...{ module: 'nodenext', target: 'es2023', lib: ['es2024', 'dom'], types: [] },
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  ...{ noUnusedLocals: true, isolatedModules: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true },
  ...{ noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
  paths: { 'mintgate/client': [join(root, 'src/client/index.ts')] },
};

const tsconfig = (options: object = {}) =>
  JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, include: ['*.ts'] });

/** Type-checks the generated file beside other files, as a project has it. Returns the errors. */
async function compile(
  templates: readonly SelectedTemplate[],
  files: Record<string, string>,
): Promise<string> {
  const folder = await newFolder({
    'tsconfig.json': tsconfig(),
    'package.json': '{"type":"module"}',
    'mintgate.types.ts': writeTypeScript(typesOfTemplates(templates), 'register'),
    ...files,
  });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  return promisify(execFile)(process.execPath, [compiler, '--pretty', 'false'], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

/** Writes a JSON value as TypeScript. Computed names, so that `__proto__` is a property. */
function expressionOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(expressionOf).join(', ')}]`;
  if (typeof value === 'string') return `"${printableText(value)}"`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const properties = Object.entries(value).map(
    ([name, inner]) => `[${expressionOf(name)}]: ${expressionOf(inner)}`,
  );
  return `{ ${properties.join(', ')} }`;
}

test('G01 the generated TypeScript accepts the claims that the local Clerk mints, with no surplus claim', async () => {
  const mint = await createMinter();
  const worlds = fc.sample(randomData, { seed, numRuns: 5 });
  const templates = fc
    .sample(randomClaims, { seed, numRuns: 60 })
    .map((claims, at) => ({ kind: 'template', name: `t${at}`, claims }) as const);
  const lines = ["import type { Templates } from './mintgate.types.ts';"];
  for (const { name, claims } of templates) {
    const minted: unknown[] = [];
    for (const data of worlds) minted.push(await mint(data, claims));
    lines.push(`export const ${name}: Templates['${name}'][] = ${expressionOf(minted)};`);
  }
  expect(await compile(templates, { 'minted.ts': lines.join('\n') })).toBe('');
}, 60_000);

test('the generated TypeScript refuses other claims', async () => {
  const claims = { id: '{{user.id}}', list: ['a'] };
  const defaults = { exp: 1, iat: 1, iss: 'a', jti: 'a', nbf: 1, sub: 'a' };
  const lines = [
    "import type { Templates } from './mintgate.types.ts';",
    `export const ok: Templates['a'] = ${expressionOf({ ...defaults, id: 'a', list: ['a'] })};`,
    `export const wrong: Templates['a'] = ${expressionOf({ ...defaults, id: null, list: ['a'] })};`,
    `export const longer: Templates['a'] = ${expressionOf({ ...defaults, id: 'a', list: ['a', 'a'] })};`,
    `export const missing: Templates['a'] = ${expressionOf({ ...defaults, id: 'a' })};`,
    `export const surplus: Templates['a'] = ${expressionOf({ ...defaults, id: 'a', list: ['a'], b: 1 })};`,
  ];
  const errors = await compile([{ kind: 'template', name: 'a', claims }], { 'other.ts': lines.join('\n') });
  expect(errors.match(/^other\.ts\(\d+/gm)).toEqual([3, 4, 5, 6].map((line) => `other.ts(${line}`));
}, 60_000);

/** A template with hostile names and texts, at every place of its claims. */
const hostileClaims = Object.fromEntries(
  hostileTexts.map((text) => [
    text,
    { [text]: text, list: [text, [{ [`x${text}`]: [] }]], [`${text}y`]: `a${text}` },
  ]),
);

/** Templates whose names give no name of an interface, or the same one. */
const awkwardNames = [
  'default',
  '2fa',
  'a-b',
  'a_b',
  'aB',
  'AB',
  'Templates',
  'Metadata',
  'new',
  'a--b',
  'toLocaleString2',
];

test('G02 a template of hostile texts becomes valid TypeScript that accepts its tokens and contains types only', async () => {
  const mint = await createMinter();
  const [data] = fc.sample(randomData, { seed, numRuns: 1 });
  const hostile: SelectedTemplate = { kind: 'template', name: 'hostile', claims: hostileClaims };
  const others = awkwardNames.map((name, at): SelectedTemplate => {
    return {
      kind: 'template',
      name,
      claims: { at, deep: JSON.parse(`${'['.repeat(98)}"{{user.id}}"${']'.repeat(98)}`) },
    };
  });
  const minted = expressionOf(await mint(data ?? {}, hostileClaims));
  const lines = [
    "import type { Templates } from './mintgate.types.ts';",
    `export const ok: Templates['hostile'] = ${minted};`,
    `export const surplus: Templates['hostile'] = { ...${minted}, ...({ sub: 1 }) };`,
    ...awkwardNames.map((name, at) => `export const at${at}: Templates['${name}']['at'] = ${at};`),
  ];
  const templates = [hostile, ...others];
  const errors = await compile(templates, { 'use.ts': lines.join('\n') });
  expect(errors.match(/^\S+\(\d+/gm)).toEqual(['use.ts(3']);
  const { body } = parseSource('mintgate.types.ts', writeTypeScript(typesOfTemplates(templates), 'register'));
  expect(body.map((node) => ('declaration' in node ? node.declaration?.type : node.type))).toEqual([
    ...templates.map(() => 'TSInterfaceDeclaration'),
    ...['TSInterfaceDeclaration', 'TSInterfaceDeclaration', 'ImportDeclaration', 'TSModuleDeclaration'],
  ]);
}, 60_000);

test('G02 the same templates give the same file, in whatever order their claims are', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, inner]) => [name, reversed(inner)]),
    );
  };
  const write = (claims: object) => {
    const types = typesOfTemplates([{ kind: 'template', name: 'a', claims }]);
    return [writeTypeScript(types, 'register'), writeJsonSchema(types)];
  };
  expect(write(reversed(hostileClaims) as object)).toEqual(write(hostileClaims));
});

const equality = `
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Claims = Templates['a'];
`;

const metadataClaims = {
  plan: '{{user.public_metadata.plan}}',
  planOrNone: "{{user.public_metadata.plan || 'none'}}",
  seats: '{{user.public_metadata.seats}}',
  tags: '{{user.public_metadata.profile.tags}}',
  below: '{{user.public_metadata.seats.below}}',
  other: '{{user.public_metadata.other}}',
  otherOrNone: "{{user.public_metadata.other || 'none'}}",
  all: '{{user.public_metadata}}',
  tier: '{{org.public_metadata.tier}}',
  tierOrNone: "{{org.public_metadata.tier || 'none'}}",
  unsafe: '{{user.unsafe_metadata}}',
};

const declared = `
import type { Register } from 'mintgate/client';
import type { Templates } from './mintgate.types.ts';
declare global {
  interface UserPublicMetadata {
    plan?: 'free' | 'pro';
    seats: number;
    profile?: { tags: string[] };
  }
  interface OrganizationPublicMetadata {
    tier: 'gold' | false;
  }
}
${equality}
export const checks: [
  Equal<Register['templates'], Templates>,
  Equal<Claims['plan'], 'free' | 'pro' | null>,
  Equal<Claims['planOrNone'], 'free' | 'pro' | 'none'>,
  Equal<Claims['seats'], number>,
  Equal<Claims['tags'], string[] | null>,
  Equal<Claims['below'], null>,
  Equal<Claims['other'], unknown>,
  Equal<Claims['otherOrNone'], unknown>,
  Equal<Claims['all'], UserPublicMetadata>,
  Equal<Claims['tier'], 'gold' | false | null>,
  Equal<Claims['tierOrNone'], 'gold' | 'none'>,
] = [true, true, true, true, true, true, true, true, true, true, true];
`;

const template: SelectedTemplate = { kind: 'template', name: 'a', claims: metadataClaims };

test('G03 metadata have the types that the application declares, and mintgate/client knows the templates', async () => {
  const undeclared = `
import type { Templates } from './mintgate.types.ts';
${equality}
export const checks: [Equal<Claims['unsafe'], Record<string, unknown>>] = [true];
`;
  expect(await compile([template], { 'declared.ts': declared, 'undeclared.ts': undeclared })).toBe('');
}, 60_000);

test("metadata that are declared for Clerk's SDKs have these types, beside the types of the SDKs", async () => {
  const withClerk = `${declared}\nexport type { User } from '@clerk/backend';\n`;
  const user = `
import type { User } from '@clerk/backend';
import type { Templates } from './mintgate.types.ts';
${equality}
export const checks: [Equal<Claims['all'], User['publicMetadata']>, Equal<Claims['unsafe'], UserUnsafeMetadata>] = [true, true];
`;
  expect(await compile([template], { 'declared.ts': withClerk, 'user.ts': user })).toBe('');
}, 60_000);

test.each(['node16', 'node18', 'nodenext', 'esnext'])(
  'G03 in a CommonJS project, mintgate/client knows the templates: %s',
  async (module) => {
    const use = `
import type { Register } from 'mintgate/client' with { 'resolution-mode': 'import' };
import type { Templates } from './mintgate.types.ts';
${equality}
export const checks: [Equal<Register['templates'], Templates>, Equal<Claims['id'], string>] = [true, true];
export const wrong: keyof Register['templates'] = 'b';
`;
    const options = {
      ...{ module, verbatimModuleSyntax: false },
      ...(module === 'esnext' ? { moduleResolution: 'bundler' } : {}),
    };
    const errors = await compile([{ kind: 'template', name: 'a', claims: { id: '{{user.id}}' } }], {
      ...{ 'tsconfig.json': tsconfig(options), 'package.json': '{}', 'use.ts': use },
    });
    expect(errors.match(/^\S+\(\d+.*?: error TS\d+/gm)).toEqual([
      expect.stringMatching(/^use\.ts\(9,14\): error TS2322$/),
    ]);
  },
  60_000,
);

test('without mintgate/client, the generated file with the registration is an error', async () => {
  const errors = await compile([{ kind: 'template', name: 'a', claims: {} }], {
    'tsconfig.json': tsconfig({ paths: {} }),
  });
  expect(errors.match(/TS\d+/g)).toEqual(['TS2307']);
}, 60_000);

test('an interface of claims is passed on as a record by a copy', async () => {
  const use = `
import type { Templates } from './mintgate.types.ts';
declare function log(fields: Record<string, unknown>): void;
export function pass(claims: Templates['a']): void {
  log({ ...claims });
  log(claims);
}
`;
  const errors = await compile([{ kind: 'template', name: 'a', claims: {} }], { 'use.ts': use });
  expect(errors.match(/^\S+\(\d+.*?: error TS\d+/gm)).toEqual(['use.ts(6,7): error TS2345']);
}, 60_000);
