import { readFile } from 'node:fs/promises';
import { documentPaths } from '../../scripts/documents/write-documents.ts';

/** A code block of a document. */
export interface CodeBlock {
  /** The path of the document from the root of the repository. */
  file: string;
  /** The number of the line with the opening fence. */
  line: number;
  language: string;
  /** The code, without the indentation of a list. */
  code: string;
  /** Whether `npm run codegen` writes the block from a file. */
  isGenerated: boolean;
}

const root = new URL('../../', import.meta.url);

/** Documents outside of `docs/` whose code blocks are checked as well. */
const others = ['SECURITY.md', 'examples/clients/README.md', 'examples/federation/README.md'];

/** Returns every code block of every document, in order. */
export async function readCodeBlocks(): Promise<CodeBlock[]> {
  const files = [...(await documentPaths()), ...others];
  const blocks = await Promise.all(
    files.map(async (file) => codeBlocksOf(file, await readFile(new URL(file, root), 'utf8'))),
  );
  return blocks.flat();
}

/** Returns the code blocks of a Markdown text. */
export function codeBlocksOf(file: string, text: string): CodeBlock[] {
  const fences = text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm);
  return [...fences].map(({ 1: indent = '', 2: language = '', 3: code = '', index }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    language,
    code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
    isGenerated: /^<!-- (?:(?:example|mount): \S+|local-clerk|types-(?:template|interface)) -->$/m.test(
      text.slice(0, index).split('\n').slice(-2)[0] ?? '',
    ),
  }));
}
