import { readFile } from 'node:fs/promises';
import { parseSource, sourceFiles } from '../../scripts/rooms/source-files.ts';

/** The texts that a user can see outside of answers, with `<>` in place of each inserted value. */
export interface Messages {
  /** Errors of the command, and its findings that are not `ok`. */
  command: ReadonlySet<string>;
  /** The field `refusal` of the request log. */
  refusals: ReadonlySet<string>;
  /** The field `reason` of audit events, and `extensions.reason` in development. */
  reasons: ReadonlySet<string>;
}

/** A node of a syntax tree. */
type Node = Readonly<Record<string, unknown>> & { type: string };

/** Functions whose returned texts are messages. */
const functionsOfTexts: Readonly<Record<string, keyof Messages>> = {
  findSessionRefusal: 'refusals',
  findTimeRefusal: 'refusals',
  faultOf: 'refusals',
  unsupportedNode: 'command',
  ignoredLine: 'command',
  describeUnknownName: 'command',
  describeListenError: 'command',
};

/** Rooms whose `reason` is the reason of a refused credential. */
const isAuth = (file: string) => /^(?:auth|revocation)\//.test(file);

/**
 * Collects the messages from the sources.
 *
 * @param folder - of the sources
 * @throws Error when a function whose texts are messages does not exist any more
 */
export async function collectMessages(folder: string): Promise<Messages> {
  const found = { command: new Set<string>(), refusals: new Set<string>(), reasons: new Set<string>() };
  const seen = new Set<string>();
  for (const file of await sourceFiles(folder)) {
    if (/^(?:local-clerk|client)\/|generated/.test(file)) continue;
    const program = parseSource(file, await readFile(`${folder}/${file}`, 'utf8')) as unknown as Node;
    collectFrom(file, program, found);
    visit(program, ({ type, id }) => type === 'FunctionDeclaration' && seen.add(nameOf(id) ?? ''));
  }
  const lost = Object.keys(functionsOfTexts).filter((name) => !seen.has(name));
  if (lost.length > 0) throw new Error(`there is no function ${lost.join(', ')}: correct functionsOfTexts`);
  return found;
}

type Found = Readonly<Record<keyof Messages, Set<string>>>;

function collectFrom(file: string, program: Node, found: Found): void {
  const named = namedTexts(program);
  const add = (kind: keyof Messages, value: unknown) => {
    for (const text of textsOf(value, named)) found[kind].add(text);
  };
  visit(program, (node) => {
    const called = nameOf(node.callee);
    const [first, second] = (node.arguments ?? []) as [unknown, unknown];
    if (node.type === 'NewExpression' && called === 'ConfigurationError') add('command', first);
    if (node.type === 'CallExpression' && called === 'refused' && isAuth(file)) add('refusals', first);
    if (node.type === 'CallExpression' && called === 'unavailable') add('reasons', second);
    if (called === 'malformed' && file.startsWith('http/coprocessor/')) add('refusals', first);
    if (isRecordedRefusal(node)) add('refusals', node.right);
    if (node.type === 'NewExpression' && called === 'HostConfigurationError') add('reasons', first);
    if (called === 'fail' && file === 'mint/allow.ts') add('reasons', first);
    if (node.type === 'VariableDeclarator' && nameOf(node.id) === 'keyRefusedMessage')
      add('command', node.init);
    if (node.type === 'VariableDeclarator' && nameOf(node.id) === 'keyRefusedReason')
      add('reasons', node.init);
    if (isMisspeltVariable(node)) add('command', first);
    if (node.type === 'FunctionDeclaration' && nameOf(node.id)) {
      const kind = functionsOfTexts[nameOf(node.id) ?? ''];
      if (kind) visit(node, (inner) => inner.type === 'ReturnStatement' && add(kind, inner.argument));
    }
    if (node.type === 'ObjectExpression') collectFromObject(file, node, add);
    if (node.type === 'VariableDeclarator' && nameOf(node.id) === 'limitReasons')
      for (const value of propertiesOf(node.init as Node).values()) add('reasons', value);
  });
}

function collectFromObject(
  file: string,
  node: Node,
  add: (kind: keyof Messages, value: unknown) => void,
): void {
  const properties = propertiesOf(node);
  // The table that describes the fields of audit events.
  if (properties.has('outcome')) return;
  const verdict = (properties.get('verdict') as Node | undefined)?.value;
  if (verdict !== undefined && verdict !== 'ok') add('command', properties.get('text'));
  if (properties.has('refused')) add('refusals', properties.get('refused'));
  // Results of the mint engine have the keys of statistics in this property.
  if (!properties.has('reason') || /mint-token\.ts$|^cli\//.test(file)) return;
  const isCredential = isAuth(file) && properties.has('kind');
  add(isCredential ? 'refusals' : 'reasons', properties.get('reason'));
}

/** An assignment to the record of a request. */
function isRecordedRefusal({ type, left }: Node): boolean {
  const target = left as Node | undefined;
  const object = target?.object as Node | undefined;
  return (
    type === 'AssignmentExpression' &&
    nameOf(target) === 'refusal' &&
    (nameOf(object) === 'record' || nameOf(object?.callee) === 'recordOf')
  );
}

function isMisspeltVariable({ type, callee }: Node): boolean {
  const target = callee as Node | undefined;
  return type === 'CallExpression' && nameOf(target) === 'push' && nameOf(target?.object) === 'misspelt';
}

/** Returns the texts of all variables of a file that hold one, by name. */
function namedTexts(program: Node): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, readonly string[]>();
  visit(program, (node) => {
    if (node.type !== 'VariableDeclarator') return;
    const texts = textsOf(node.init, named);
    const name = nameOf(node.id) ?? '';
    if (texts.length > 0) named.set(name, [...(named.get(name) ?? []), ...texts]);
  });
  return named;
}

/** Returns the texts that an expression can have, with `<>` for inserted values; none for an expression of another kind. */
function textsOf(value: unknown, named: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const node = (value ?? { type: '' }) as Node;
  const inner = (child: unknown) => textsOf(child, named);
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral':
      return [templateText(node, named)];
    case 'ConditionalExpression':
      return [...inner(node.consequent), ...inner(node.alternate)];
    case 'LogicalExpression':
      return [...inner(node.left), ...inner(node.right)];
    case 'BinaryExpression':
      return node.operator === '+' ? [`${inner(node.left).join('')}${inner(node.right).join('')}`] : [];
    case 'ArrayExpression':
      return (node.elements as unknown[]).flatMap(inner);
    case 'Identifier':
      return named.get(String(node.name)) ?? [];
    default:
      return [];
  }
}

/** Inserts the text of a variable where it can have one only, and `<>` for every other value. */
function templateText(node: Node, named: ReadonlyMap<string, readonly string[]>): string {
  const values = (node.expressions as Node[]).map((expression) => {
    const [text, ...others] = expression.type === 'Identifier' ? textsOf(expression, named) : [];
    return text === undefined || others.length > 0 ? '<>' : text;
  });
  const parts = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
  return parts.map((part, at) => `${part}${values[at] ?? ''}`).join('');
}

function propertiesOf(node: Node): ReadonlyMap<string, unknown> {
  const list = (node.properties ?? []) as Node[];
  return new Map(list.map((property) => [nameOf(property.key) ?? '', property.value]));
}

/** Returns the name of an identifier, of a text, or of the last part of a member expression. */
function nameOf(value: unknown): string | undefined {
  const node = (value ?? {}) as Partial<Node>;
  if (node.type === 'MemberExpression') return nameOf(node.property);
  return node.type === 'Literal' ? String(node.value) : (node.name as string | undefined);
}

function visit(value: unknown, visitor: (node: Node) => unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const child of value) visit(child, visitor);
    return;
  }
  const node = value as Node;
  if (typeof node.type === 'string') visitor(node);
  for (const child of Object.values(node)) visit(child, visitor);
}
