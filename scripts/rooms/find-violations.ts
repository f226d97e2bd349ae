import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { parseAst } from 'rolldown/parseAst';

/**
 * The rooms of `src/`, from the top floor to the ground floor. A room is a folder, or a file at the root of `src/`. It imports from its
 * own room and from lower floors; two rooms of one floor do not import each other.
 */
export const floors: readonly (readonly string[])[] = [
  ['cli'],
  ['index', 'edge'],
  ['create-gateway'],
  ['config'],
  ['http'],
  ['graphql'],
  ['redis'],
  ['subscription'],
  ['mint'],
  ['revocation'],
  ['auth'],
  ['clerk'],
  ['runtime'],
  ['logging'],
  ['errors', 'crypto', 'time', 'json'],
];

/** Rooms beside the floors: the rooms that they may import, and the folders that may import them. */
const besides: Readonly<Record<string, { imports: readonly string[]; importedBy: readonly string[] }>> = {
  client: { imports: [], importedBy: ['cli/'] },
  'local-clerk': {
    imports: ['runtime', 'logging', 'errors', 'crypto', 'time', 'json'],
    importedBy: ['cli/dev/'],
  },
};

/** Files by the files that they import, with paths relative to `src/`. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Reads the relative imports of every TypeScript file below a folder: static, dynamic, re-exported and of types. */
export async function readImports(folder: string): Promise<Imports> {
  const names = await readdir(folder, { recursive: true });
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => /\.tsx?$/.test(name));
  const imports = await Promise.all(
    files.map(async (file) => {
      const ast = parseAst(await readFile(join(folder, file), 'utf8'), { lang: 'ts' });
      const sources = [...importSources(ast)].filter((source) => source.startsWith('.'));
      return [file, [...new Set(sources.map((source) => join(dirname(file), source)))]] as const;
    }),
  );
  return new Map(imports);
}

const importing = new Set([
  ...['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'],
  ...['ImportExpression', 'TSImportType'],
]);

function* importSources(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  const { type, source } = node as { type?: string; source?: { value?: unknown } | null };
  if (type !== undefined && importing.has(type) && typeof source?.value === 'string') yield source.value;
  for (const inner of Object.values(node)) yield* importSources(inner);
}

/** Finds imports that go up, rooms without a floor, and circles of files. @returns one sentence each; empty when all is well */
export function findViolations(imports: Imports): string[] {
  const edges = [...imports].flatMap(([file, targets]) => targets.map((target) => [file, target] as const));
  const strangers = [...imports.keys()].map(roomOf).filter((room) => floorOf(room) < 0 && !besides[room]);
  return [
    ...new Set(strangers.map((room) => `${room} is no room: give it a floor, or move the file into a room`)),
    ...edges.flatMap(([file, target]) => violationOf(file, target) ?? []),
    ...circles(imports).map((circle) => `a circle of files: ${circle.join(' -> ')}`),
  ];
}

function violationOf(file: string, target: string): string | undefined {
  const [room, other] = [roomOf(file), roomOf(target)];
  if (room === other || other === '..') return undefined;
  const told = `${file} imports ${target}`;
  const own = besides[room];
  if (own) return own.imports.includes(other) ? undefined : `${told}: ${room} stands beside the floors`;
  const beside = besides[other];
  if (beside) {
    const allowed = beside.importedBy.some((folder) => file.startsWith(folder));
    return allowed ? undefined : `${told}: only ${beside.importedBy.join(', ')} may`;
  }
  return floorOf(room) < floorOf(other) ? undefined : `${told}: imports point downward`;
}

function roomOf(file: string): string {
  const [first = ''] = file.split('/');
  return first.replace(/\.tsx?$/, '');
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

/** Finds circles by depth-first search: one for each edge that leads back to an open file. */
function circles(imports: Imports): string[][] {
  const found: string[][] = [];
  const closed = new Set<string>();
  const open: string[] = [];
  const visit = (file: string) => {
    if (open.includes(file)) {
      found.push([...open.slice(open.indexOf(file)), file]);
      return;
    }
    if (closed.has(file)) return;
    open.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    open.pop();
    closed.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}
