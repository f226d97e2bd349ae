import { parseSource } from '../../scripts/rooms/source-files.ts';

/** The ids of a contract. */
interface ContractIds {
  /** Ids that need a test. */
  tested: ReadonlySet<string>;
  /** Ids that are listed under "Without a test". */
  untested: ReadonlySet<string>;
}

/**
 * Reads the ids of a contract from its list: `- A01: sentence`.
 *
 * @param markdown - the text of `contract.md`
 * @throws Error when an id is listed twice, or no id is listed
 */
export function readContract(markdown: string): ContractIds {
  const [head = '', tail = ''] = markdown.split(/^## Without a test$/m);
  const [tested, untested] = [head, tail].map((part) =>
    [...part.matchAll(/^- ([A-Z]\d\d): \S/gm)].map((match) => match[1] ?? ''),
  ) as [string[], string[]];
  const all = [...tested, ...untested];
  const twice = all.filter((id, index) => all.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`the contract lists an id twice: ${twice.join(', ')}`);
  if (tested.length === 0) throw new Error('the contract lists no id');
  return { tested: new Set(tested), untested: new Set(untested) };
}

/**
 * Compares a contract with the titles of tests.
 *
 * @param titles - the titles of each file
 * @returns one sentence for each difference
 */
export function compareContract(
  { tested, untested }: ContractIds,
  titles: ReadonlyMap<string, readonly string[]>,
): string[] {
  const found = new Map<string, string>();
  for (const [file, texts] of titles) {
    for (const [id] of texts.join('\n').matchAll(/\b[A-Z]\d\d\b/g)) found.set(id, file);
  }
  return [
    ...[...tested]
      .filter((id) => !found.has(id))
      .map((id) => `${id} is listed, but no test title contains it`),
    ...[...found].flatMap(([id, file]) => {
      if (untested.has(id)) return [`${id} is listed as "Without a test", but ${file} has a test of it`];
      return tested.has(id) ? [] : [`${id} is not listed, but a test title in ${file} contains it`];
    }),
  ];
}

/**
 * Returns the titles of `test`, `it` and `describe` in a source text, with their modifiers (`test.skipIf(...)`). A title with placeholders
 * is followed by the strings of its table (`each`) that begin with an id. Expressions in a title are left out.
 */
export function testTitles(file: string, text: string): string[] {
  return [...titlesBelow(parseSource(file, text))];
}

/** A node of the syntax tree, as far as titles need it. */
interface Node {
  type?: string;
  name?: string;
  callee?: Node;
  object?: Node;
  tag?: Node;
  arguments?: Node[];
}

function* titlesBelow(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  const { type, callee, arguments: [title, ...more] = [] } = node as Node;
  // The arguments of `skipIf` and `each` are not titles.
  if (type === 'CallExpression' && callee && isTest(callee) && more.length > 0) {
    const text = [...stringsBelow(title)].join('');
    yield text;
    if (/[%$]/.test(text))
      yield* [...stringsBelow(callee.arguments)].filter((cell) => /^[A-Z]\d\d\b/.test(cell));
  }
  for (const child of Object.values(node)) yield* titlesBelow(child);
}

function isTest({ type, name = '', object, callee, tag }: Node): boolean {
  if (type === 'Identifier') return ['test', 'it', 'describe'].includes(name);
  const inner = object ?? callee ?? tag;
  return inner !== undefined && isTest(inner);
}

/** Yields the texts of string and template literals in a tree, in their order. */
function* stringsBelow(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  const { type, value } = node as { type?: string; value?: unknown };
  if (type === 'Literal' && typeof value === 'string') yield value;
  if (type === 'TemplateElement') yield (value as { cooked: string }).cooked;
  for (const child of Object.values(node)) yield* stringsBelow(child);
}
