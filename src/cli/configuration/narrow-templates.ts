import { ConfigurationError } from '../../config/environment.ts';
import { type Templates, templateNames } from '../../mint/policy.ts';

/**
 * Limits the templates of the config file to the names in `MINTGATE_TEMPLATES`. They keep their policies; `*` limits nothing.
 *
 * @param inFile - what the config file says, checked later
 * @param named - what `MINTGATE_TEMPLATES` says
 * @param file - the path of the config file
 * @throws ConfigurationError for a name that the file lacks
 */
export function narrowTemplates(inFile: Templates, named: Templates, file: string): Templates {
  if (named === '*') return inFile;
  if (inFile === '*') return named;
  if (typeof inFile !== 'object' || inFile === null) return inFile;
  const names = templateNames(named);
  const known = templateNames(inFile);
  const problems = names.flatMap((name, index) =>
    known.includes(name) ? [] : [lackingName(index, known, file)],
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  if (Array.isArray(inFile)) return names;
  return Object.fromEntries(Object.entries(inFile).filter(([name]) => names.includes(name)));
}

// By its place in the list: anything may have been pasted there.
function lackingName(index: number, known: readonly string[], file: string): string {
  const has = known.length === 0 ? 'which has none' : `which has ${known.join(', ')}`;
  return `MINTGATE_TEMPLATES (entry ${index + 1}): names no template of ${file}, ${has}: add it there, or leave it out here`;
}
