import type { JwtTemplate } from '@clerk/backend';
import type { Configuration } from '../configuration/read-configuration.ts';
import { defaultTypesFile, readOutputFile } from '../types/output-file.ts';
import { selectTemplates } from '../types/select-templates.ts';
import { staleTemplates } from '../types/stale-templates.ts';
import { claimsOf } from '../types/template-source.ts';
import { typesOfTemplates } from '../types/template-types.ts';
import { writeTypeScript } from '../types/typescript.ts';
import type { Finding } from './finding.ts';

/**
 * Compares the file that `mintgate types` has written with the templates of the instance. Returns no finding without such a file, unless the
 * configuration names it.
 *
 * @param listed - the templates of the instance, by name
 */
export function checkTypes(
  listed: ReadonlyMap<string, JwtTemplate>,
  { environment: { typesFile }, options }: Configuration,
): Finding[] {
  const path = typesFile ?? defaultTypesFile;
  const present = readOutputFile(path);
  if (present === undefined) return typesFile === undefined ? [] : [missing(path)];
  const { templates } = selectTemplates(
    { claims: claimsOf(listed), firebase: 'not listed' },
    options.templates,
  );
  const changes = staleTemplates(present, writeTypeScript(typesOfTemplates(templates), 'register'));
  if (changes.length === 0) return [{ verdict: 'ok', text: `${path}: has the types of the templates` }];
  const text = `${path}: is out of date: ${changes.join(', ')}: run mintgate types`;
  return [{ verdict: 'warn', text }];
}

function missing(path: string): Finding {
  return { verdict: 'warn', text: `${path}: there is no such file: run mintgate types` };
}
