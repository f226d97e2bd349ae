import { readFile } from 'node:fs/promises';

const begin = /^ *\/\/ mintgate: begin\n/m;
const end = /^ *\/\/ mintgate: end$/m;

/**
 * Replaces the examples in a document by the contents of their files. `<!-- example: FILE -->` ... `<!-- /example -->` contains the whole
 * file; `<!-- mount: FILE -->` ... `<!-- /mount -->` the lines between `// mintgate: begin` and `// mintgate: end`, or the whole file if it
 * has no such lines.
 *
 * @throws Error when a file is missing, or has only one of the two marks
 */
export async function withExamples(text: string): Promise<string> {
  const places = [...text.matchAll(/^<!-- (example|mount): (\S+) -->\n[\s\S]*?<!-- \/\1 -->$/gm)];
  let current = text;
  for (const [place, kind, file = ''] of places) {
    const language = file.slice(file.lastIndexOf('.') + 1);
    const whole = (await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).trim();
    const code = kind === 'mount' ? regionOf(`${whole}\n`, file) : whole;
    const lines = [`<!-- ${kind}: ${file} -->`, `\`\`\`${language}`, code, '```', `<!-- /${kind} -->`];
    current = current.replace(place, () => lines.join('\n'));
  }
  return current;
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
