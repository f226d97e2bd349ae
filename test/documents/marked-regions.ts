import { readFile } from 'node:fs/promises';

const begin = /^ *\/\/ mintgate: begin\n/m;
const end = /^ *\/\/ mintgate: end$/m;

/**
 * A document with the lines of each example that are Mintgate's, as its file has them between `// mintgate: begin` and
 * `// mintgate: end`: `<!-- mount: examples/NAME/FILE -->` ... `<!-- /mount -->`. A file without such lines is shown as a
 * whole.
 *
 * @throws Error when there is no such file, or one of the two marks alone
 */
export async function withMounts(text: string): Promise<string> {
  const places = [...text.matchAll(/^<!-- mount: (\S+) -->\n[\s\S]*?<!-- \/mount -->$/gm)];
  let current = text;
  for (const [place, file = ''] of places) {
    const language = file.slice(file.lastIndexOf('.') + 1);
    const lines = [
      `<!-- mount: ${file} -->`,
      `\`\`\`${language}`,
      await regionOf(file),
      '```',
      '<!-- /mount -->',
    ];
    current = current.replace(place, () => lines.join('\n'));
  }
  return current;
}

async function regionOf(file: string): Promise<string> {
  const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
  const [whole = '', after, more] = text.split(begin);
  if (after === undefined) return whole.trim();
  const [region = '', rest] = after.split(end);
  if (rest === undefined || more !== undefined)
    throw new Error(`${file} has not one part from "// mintgate: begin" to "// mintgate: end"`);
  const [indent = ''] = /^ */.exec(region) ?? [];
  return region.trimEnd().replace(new RegExp(`^${indent}`, 'gm'), '');
}
