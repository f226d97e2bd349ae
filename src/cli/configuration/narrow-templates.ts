import { ConfigurationError } from '../../config/configuration-error.ts';
import { templateNames } from '../../config/resolve-templates.ts';
import type { Templates } from '../../mint/policy.ts';

/**
 * Limits the templates of the config file to the names in `MINTGATE_TEMPLATES`. The policies stay; `*` limits nothing.
 *
 * @param inFile - `templates` of the config file, which are checked later
 * @param named - the value of `MINTGATE_TEMPLATES`
 * @param file - the path of the config file
 * @throws ConfigurationError for a name that the file does not configure
 */
export function narrowTemplates(inFile: Templates, named: Templates, file: string): Templates {
  if (named === '*') return inFile;
  if (inFile === '*') return named;
  if (typeof inFile !== 'object' || inFile === null) return inFile;
  const names = templateNames(named);
  const known = templateNames(inFile);
  const problems = names.flatMap((name, index) =>
    known.includes(name) ? [] : [describeUnknownName(index, known, file)],
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  if (Array.isArray(inFile)) return names;
  return Object.fromEntries(Object.entries(inFile).filter(([name]) => names.includes(name)));
}

// The message contains the position of the entry, not its text, which may be a secret that was pasted by mistake.
function describeUnknownName(index: number, known: readonly string[], file: string): string {
  const has = known.length === 0 ? 'which has none' : `which has ${known.join(', ')}`;
  return `MINTGATE_TEMPLATES (entry ${index + 1}): names no template of ${file}, ${has}: add it to the file, or remove it from MINTGATE_TEMPLATES`;
}
