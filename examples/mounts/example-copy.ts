import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const examples = new URL('../', import.meta.url);
const generated = ['node_modules', '.next', 'next-env.d.ts', 'build', '.react-router'];

/** A copy of an example, for tests that change its files. */
export interface ExampleCopy {
  /** Its folder under examples/. */
  example: string;
  /** Replaces text in one of its files. @throws Error when the text is missing */
  edit(file: string, from: string, to: string): void;
  write(file: string, text: string): void;
  remove(file?: string): void;
}

/** Copies an example. Installed packages are linked, and builds are left out. */
export function copyExample(of: string, purpose: string): ExampleCopy {
  const example = `.${of}-${purpose}`;
  const path = (name: string, file = '') => fileURLToPath(new URL(`${name}/${file}`, examples));
  const remove = (file = '') => rmSync(path(example, file), { recursive: true, force: true });

  remove();
  cpSync(path(of), path(example), {
    recursive: true,
    filter: (file) => !generated.includes(basename(file)),
  });
  symlinkSync(`../${of}/node_modules`, path(example, 'node_modules'));

  return {
    example,
    edit(file, from, to) {
      const text = readFileSync(path(example, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not contain the text to replace: ${from}`);
      writeFileSync(path(example, file), text.replace(from, to));
    },
    write: (file, text) => writeFileSync(path(example, file), text),
    remove,
  };
}
