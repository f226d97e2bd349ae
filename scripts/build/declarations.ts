import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { importedModules } from '../rooms/read-imports.ts';
import { packageOf } from './bundle.ts';

/**
 * Lists the declarations that a user of the package loads: those of the entries, and every declaration that they import.
 *
 * @param folder - the folder of the declarations
 * @param entries - paths relative to it, such as `client/index.d.ts`
 * @param dependencies - the packages that are installed with this one
 * @returns paths relative to the folder, sorted
 * @throws Error when a declaration imports a missing file, or a package that is not installed with this one
 */
export function reachableDeclarations(
  folder: string,
  entries: readonly string[],
  dependencies: readonly string[],
): string[] {
  const found = new Set(entries);
  // A set also iterates over what is added meanwhile.
  for (const file of found) {
    if (!existsSync(join(folder, file))) throw new Error(`${file}: the compiler has not written it`);
    for (const name of importedModules(file, readFileSync(join(folder, file), 'utf8'))) {
      if (/^\.{1,2}\//.test(name)) found.add(declarationOf(join(dirname(file), name)));
      else if (!isBuiltin(name) && !dependencies.includes(packageOf(name)))
        throw new Error(
          `${file} imports ${name}, which is not installed with the package: keep it out of public types`,
        );
    }
  }
  return [...found].toSorted();
}

const declarationOf = (file: string) => file.replace(/(?:\.d)?\.[jt]s$/, '.d.ts');
