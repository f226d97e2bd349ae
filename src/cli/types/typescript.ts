import type { MetadataInterface } from '../../jwt-templates/shortcodes.ts';
import type { ClaimType, ObjectType } from './claim-type.ts';
import { compareText } from './compare-text.ts';
import { generatedBy } from './output-file.ts';
import { printableText } from './printable-text.ts';
import { defaultClaimsType, defaultsInterface, type TemplateType } from './template-types.ts';

/** Whether the types are given to `mintgate/client` by module augmentation. */
export type Registration = 'register' | 'no-register';

/** Returns the TypeScript file with the types of templates. */
export function writeTypeScript(types: readonly TemplateType[], registration: Registration): string {
  const used = usedMetadata(types.map(({ claims }) => claims));
  const needsDefaults = types.some(({ defaults }) => defaults === 'with');
  return [
    `// ${generatedBy}\n/* eslint-disable */\n`,
    templatesInterface(types),
    ...(needsDefaults ? [interfaceText(defaultsInterface, defaultClaimsType, defaultsComment)] : []),
    ...types.map(templateInterface),
    ...metadataParts(used),
    ...(registration === 'register' ? [registerPart] : []),
  ].join('\n');
}

const defaultsComment = 'The claims that Clerk adds to the tokens of every template.';

// An augmentation alone does not load its module: without the import, it is an error where no other file imports mintgate/client. A CommonJS
// file may not name an ES module under "module": "node16" and "node18". The import has an attribute for that, an augmentation cannot have one.
const registerPart = `// Tells mintgate/client the names of the templates and their claims.
import type {} from 'mintgate/client' with { 'resolution-mode': 'import' };

// @ts-ignore: an ES module, which a CommonJS project may augment, because types load nothing.
declare module 'mintgate/client' {
  interface Register {
    templates: Templates;
  }
}
`;

function templatesInterface(types: readonly TemplateType[]): string {
  const lines = types.map(({ name, interfaceName }) => `  ${propertyName(name)}: ${interfaceName};\n`);
  return `/** The claims of the tokens of each template, by its name. */\nexport interface Templates ${bracesOf(lines, '')}\n`;
}

function templateInterface({ name, interfaceName, defaults, claims }: TemplateType): string {
  const base = defaults === 'with' ? ` extends ${defaultsInterface}` : '';
  return interfaceText(
    `${interfaceName}${base}`,
    claims,
    `The claims of a token of the template \`${name}\`.`,
  );
}

function interfaceText(head: string, type: ObjectType, comment: string): string {
  return `/** ${comment} */\nexport interface ${head} ${objectText(type, '')}\n`;
}

function objectText({ properties, others }: ObjectType, indent: string): string {
  const inner = `${indent}  `;
  const lines = [...properties].map(([name, { type, presence, description }]) => {
    const comment = description === undefined ? '' : `${inner}/** ${description} */\n`;
    const mark = presence === 'sometimes' ? '?' : '';
    return `${comment}${inner}${propertyName(name)}${mark}: ${typeText(type, inner)};\n`;
  });
  return bracesOf(others === 'any' ? [...lines, `${inner}[claim: string]: unknown;\n`] : lines, indent);
}

const bracesOf = (lines: readonly string[], indent: string) =>
  lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;

/** Returns a type as TypeScript. @param indent - the indentation of the line that it is in */
export function typeText(type: ClaimType, indent = ''): string {
  switch (type.kind) {
    case 'literal':
      return typeof type.value === 'string' ? quoted(type.value) : JSON.stringify(type.value);
    case 'list':
      return `${typeText(type.items, indent)}[]`;
    case 'tuple':
      return `[${type.items.map((item) => typeText(item, indent)).join(', ')}]`;
    case 'object':
      return objectText(type, indent);
    case 'metadata':
      return metadataText(type);
    case 'union':
      return type.members.map((member) => typeText(member, indent)).join(' | ');
    default:
      return type.kind;
  }
}

function metadataText({ declaredAs, keys, values }: Extract<ClaimType, { kind: 'metadata' }>): string {
  if (keys.length === 0) return `Metadata<${declaredAs}>`;
  const text = `MetadataAt<${declaredAs}, [${keys.map(quoted).join(', ')}]>`;
  return values === 'truthy' ? `Exclude<${text}, null | false>` : text;
}

// `__proto__` is quoted, so that it is not read as the prototype of an object literal.
function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : quoted(name);
}

function quoted(text: string): string {
  return `'${printableText(text).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The uses of metadata in claims. */
interface UsedMetadata {
  /** Sorted. */
  interfaces: readonly MetadataInterface[];
  /** Whether all metadata are a claim, and whether a value in them is. */
  kinds: ReadonlySet<'whole' | 'value'>;
}

function usedMetadata(types: readonly ClaimType[]): UsedMetadata {
  const found = types.flatMap((type) => [...metadataIn(type)]);
  return {
    interfaces: [...new Set(found.map(({ declaredAs }) => declaredAs))].sort(compareText),
    kinds: new Set(found.map(({ keys }) => (keys.length === 0 ? 'whole' : 'value'))),
  };
}

function* metadataIn(type: ClaimType): Generator<Extract<ClaimType, { kind: 'metadata' }>> {
  if (type.kind === 'metadata') yield type;
  if (type.kind === 'object') for (const inner of type.properties.values()) yield* metadataIn(inner.type);
  if (type.kind === 'tuple') for (const item of type.items) yield* metadataIn(item);
  if (type.kind === 'union') for (const member of type.members) yield* metadataIn(member);
}

function metadataParts({ interfaces, kinds }: UsedMetadata): string[] {
  if (interfaces.length === 0) return [];
  const lines = interfaces.map((name) => `  interface ${name} {}\n`);
  return [
    `// The types of your metadata: declare their properties in a file of your own, in these interfaces, which Clerk's SDKs have, too.\ndeclare global {\n${lines.join('')}}\n`,
    ...(kinds.has('whole') ? [wholeMetadata] : []),
    ...(kinds.has('value') ? [metadataValue] : []),
  ];
}

const wholeMetadata = `/** Metadata as their interface declares them; an object of unknown values where it declares none. */
type Metadata<Declared> = [keyof Declared] extends [never] ? Record<string, unknown> : Declared;
`;

const metadataValue = `/** The value at a path in metadata: null where it is absent, unknown where it is not declared. */
type MetadataAt<Value, Path extends readonly string[]> = Path extends readonly [
  infer Key extends string,
  ...infer Rest extends readonly string[],
]
  ? MetadataAt<ValueOf<Value, Key>, Rest>
  : undefined extends Value
    ? unknown extends Value
      ? unknown
      : Exclude<Value, undefined> | null
    : Value;
type ValueOf<Value, Key extends string> = unknown extends Value
  ? unknown
  : Value extends readonly unknown[]
    ? unknown
    : Value extends object
      ? Key extends keyof Value
        ? Value[Key]
        : unknown
      : null;
`;
