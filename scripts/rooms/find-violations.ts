import type { Imports } from './read-imports.ts';

/**
 * The rooms of `src/`, from the top floor to the ground floor. A room is a folder, or a file at the root of `src/`. It imports from its
 * own room and from lower floors; two rooms of one floor do not import each other.
 */
export const floors: readonly (readonly string[])[] = [
  ['cli'],
  ['index', 'edge'],
  ['create-gateway'],
  ['gateway'],
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
  ['errors', 'crypto', 'time', 'json', 'telemetry', 'subgraphs', 'jwt-templates'],
];

/** A room beside the floors: the rooms that it may import, and the folders whose files may import it. */
interface SideRoom {
  imports: readonly string[];
  importedBy: readonly string[];
}

export const sideRooms: ReadonlyMap<string, SideRoom> = new Map([
  ['client', { imports: [], importedBy: ['cli/'] }],
  ['react', { imports: ['client'], importedBy: [] }],
  ['opentelemetry', { imports: ['telemetry'], importedBy: ['cli/'] }],
  ['hive-gateway', { imports: ['mint', 'auth', 'errors', 'time', 'subgraphs'], importedBy: [] }],
  [
    'local-clerk',
    {
      imports: ['runtime', 'logging', 'errors', 'crypto', 'time', 'json', 'jwt-templates'],
      importedBy: ['cli/dev/'],
    },
  ],
]);

/**
 * Finds imports that go up or sideways, files outside every room, and circles of files. Imports of types count.
 *
 * @param imports - the imports of the source tree, with paths relative to `src/`
 * @returns one sentence for each violation
 */
export function findViolations(imports: Imports): string[] {
  const strangers = [...imports.keys()]
    .map(roomOf)
    .filter((room) => floorOf(room) < 0 && !sideRooms.has(room));
  return [
    ...[...new Set(strangers)].map(
      (room) => `${room} is not a room: move it into a room, or give it a floor`,
    ),
    ...[...imports].flatMap(([file, { files, packages }]) => [
      ...packages
        .filter(isOurs)
        .map((name) => `${file} imports ${name}: import our own files by relative paths`),
      ...files.flatMap((target) => {
        const problem = problemWith(imports, file, target);
        return problem === undefined ? [] : [`${file} imports ${target}: ${problem}`];
      }),
    ]),
    ...findCircles(imports).map((circle) => `a circle of imports: ${circle.join(' -> ')}`),
  ];
}

const isOurs = (name: string) => /^(mintgate(\/|$)|#)/.test(name);

function problemWith(imports: Imports, file: string, target: string): string | undefined {
  if (target.startsWith('../')) return 'the file is outside the source folder';
  if (!imports.has(target) && !target.endsWith('.json')) return 'there is no such file';
  const [room, other] = [roomOf(file), roomOf(target)];
  if (room === other) return undefined;
  const own = sideRooms.get(room);
  if (own) return own.imports.includes(other) ? undefined : `${room} imports ${list(own.imports)} alone`;
  const side = sideRooms.get(other);
  if (side) {
    const allowed = side.importedBy.some((folder) => file.startsWith(folder));
    return allowed ? undefined : `only files in ${list(side.importedBy)} may import ${other}`;
  }
  return floorOf(room) < floorOf(other) ? undefined : 'imports must point to a lower floor';
}

const list = (names: readonly string[]) => names.join(', ') || 'itself';

function roomOf(file: string): string {
  const [first = ''] = file.split('/');
  return first.replace(/\.[cm]?tsx?$/, '');
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

/** Finds circles by depth-first search: one for each import of a file that is still open. */
function findCircles(imports: Imports): string[][] {
  const circles: string[][] = [];
  const closed = new Set<string>();
  const open: string[] = [];
  const visit = (file: string) => {
    if (open.includes(file)) {
      circles.push([...open.slice(open.indexOf(file)), file]);
      return;
    }
    if (closed.has(file)) return;
    open.push(file);
    for (const target of imports.get(file)?.files ?? []) visit(target);
    open.pop();
    closed.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return circles;
}
