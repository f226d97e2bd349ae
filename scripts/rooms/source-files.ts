import { readdir } from 'node:fs/promises';
import { parseAst } from 'rolldown/parseAst';

/**
 * Lists the TypeScript files of a folder and its subfolders, sorted, with paths relative to it.
 *
 * @throws Error when the folder is missing or contains no TypeScript file: a check of nothing must not pass
 */
export async function sourceFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => /\.[cm]?tsx?$/.test(name));
  if (files.length === 0) throw new Error(`${folder}: the folder contains no TypeScript file`);
  return files.sort();
}

/** Parses a TypeScript text into its syntax tree. @param file - its name decides whether JSX is parsed */
export function parseSource(file: string, text: string): ReturnType<typeof parseAst> {
  return parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }, file);
}
