import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { parseSource, sourceFiles } from './source-files.ts';

/** The imports of one file. */
interface FileImports {
  /** Imported files, with paths relative to the source folder; those outside of it begin with `../`. */
  files: readonly string[];
  /** Imported packages and modules of Node.js, by their names. */
  packages: readonly string[];
}

/** The imports of a source tree, by the paths of its files relative to the source folder. */
export type Imports = ReadonlyMap<string, FileImports>;

/**
 * Reads the imports of every TypeScript file in a folder and its subfolders.
 *
 * @throws Error when the folder is missing or contains no TypeScript file, SyntaxError when a file cannot be parsed
 */
export async function readImports(folder: string): Promise<Imports> {
  const files = await sourceFiles(folder);
  const entries = files.map(async (file) => {
    const names = importedModules(file, await readFile(join(folder, file), 'utf8'));
    const { relative = [], packages = [] } = Object.groupBy(names, (name) =>
      /^\.{1,2}(\/|$)/.test(name) ? 'relative' : 'packages',
    );
    return [file, { files: relative.map((name) => join(dirname(file), name)), packages }] as const;
  });
  return new Map(await Promise.all(entries));
}

/**
 * Returns the modules that a source text imports, each once: static and dynamic imports, re-exports, `require`, and imports of types.
 *
 * @param file - its name decides whether JSX is parsed
 */
export function importedModules(file: string, text: string): string[] {
  return [...new Set(modulesBelow(parseSource(file, text)))];
}

/** A node of the syntax tree, as far as imports need it. */
interface Node {
  type?: unknown;
  source?: unknown;
  expression?: unknown;
  callee?: { type?: unknown; name?: unknown };
  arguments?: unknown[];
}

function* modulesBelow(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  const name = constantText(moduleOf(node));
  if (name !== undefined) yield name;
  for (const child of Object.values(node)) yield* modulesBelow(child);
}

function moduleOf(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source;
    case 'TSExternalModuleReference':
      return node.expression;
    case 'CallExpression':
      return node.callee?.type === 'Identifier' && node.callee.name === 'require'
        ? node.arguments?.[0]
        : undefined;
    default:
      return undefined;
  }
}

/** Returns the text of a string literal, or of a template literal without expressions. */
function constantText(node: unknown): string | undefined {
  const {
    type,
    value,
    quasis = [],
  } = (node ?? {}) as {
    type?: string;
    value?: unknown;
    quasis?: { value: { cooked: string } }[];
  };
  if (type === 'Literal' && typeof value === 'string') return value;
  return type === 'TemplateLiteral' && quasis.length === 1 ? quasis[0]?.value.cooked : undefined;
}
