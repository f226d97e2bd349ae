import { readFile } from 'node:fs/promises';

const root = new URL('../../', import.meta.url);

const begin = /^ *\/\/ mintgate: begin\n/m;
const end = /^ *\/\/ mintgate: end$/m;
/** Lines that only this repository needs. */
const repositoryPart = /^ *\/\/ repository: begin\n[\s\S]*?^ *\/\/ repository: end\n/gm;
const repositoryMark = /\/\/ repository: (?:begin|end)/;
/** The path of an entry of the package, in an example that runs from the sources. */
const doorImport = /'(?:\.\.\/)+src\/([a-z-]+)\.ts'/g;
const mountMarks = /^ *\/\/ mintgate: (?:begin|end)\n/gm;

/**
 * Replaces the examples in a document by the contents of their files. `<!-- example: FILE -->` ... `<!-- /example -->` contains the whole
 * file; `<!-- mount: FILE -->` ... `<!-- /mount -->` the lines between `// mintgate: begin` and `// mintgate: end`, or the whole file if it
 * has no such lines. The lines between `// repository: begin` and `// repository: end` are left out of both. Where an example imports a file
 * of `src/`, the document imports the package.
 *
 * @throws Error when a file is missing, or has only one of two marks
 */
export async function withExamples(text: string): Promise<string> {
  const places = [...text.matchAll(/^<!-- (example|mount): (\S+) -->\n[\s\S]*?<!-- \/\1 -->$/gm)];
  let current = text;
  for (const [place, kind, file = ''] of places) {
    const language = file.slice(file.lastIndexOf('.') + 1);
    const whole = withoutRepositoryParts(await readFile(new URL(file, root), 'utf8'), file);
    const part = kind === 'mount' ? regionOf(whole, file) : whole.replace(mountMarks, '').trim();
    const code = part.replaceAll(
      doorImport,
      (_path, door) => `'mintgate${door === 'index' ? '' : `/${door}`}'`,
    );
    const lines = [`<!-- ${kind}: ${file} -->`, `\`\`\`${language}`, code, '```', `<!-- /${kind} -->`];
    current = current.replace(place, () => lines.join('\n'));
  }
  return current;
}

/** Removes the lines that only this repository needs. @throws Error when one of two marks is missing */
export function withoutRepositoryParts(text: string, file: string): string {
  const rest = text.replace(repositoryPart, '');
  if (repositoryMark.test(rest))
    throw new Error(`${file}: expected a line "// repository: end" after each line "// repository: begin"`);
  return rest;
}

function regionOf(text: string, file: string): string {
  const [whole = '', after, more] = text.split(begin);
  if (after === undefined) return whole.trim();
  const [region = '', rest] = after.split(end);
  if (rest === undefined || more !== undefined)
    throw new Error(`${file}: expected one "// mintgate: begin" and one "// mintgate: end" after it`);
  const [indent = ''] = /^ */.exec(region) ?? [];
  return region.trimEnd().replace(new RegExp(`^${indent}`, 'gm'), '');
}
