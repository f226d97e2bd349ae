import type { JwtTemplate } from '@clerk/backend';
import { ConfigurationError } from '../../config/configuration-error.ts';
import type { Configuration } from '../configuration/read-configuration.ts';
import { defaultTypesFile, readOutputFile } from '../types/output-file.ts';
import { selectTemplates } from '../types/select-templates.ts';
import { otherDifference, staleTemplates } from '../types/stale-templates.ts';
import { claimsOf } from '../types/template-source.ts';
import { typesOfTemplates } from '../types/template-types.ts';
import { type Registration, writeTypeScript } from '../types/typescript.ts';
import type { Finding } from './finding.ts';

/**
 * Compares the file that `mintgate types` has written with the templates of the instance. Returns no finding without such a file, unless the
 * configuration names it.
 *
 * @param listed - the templates of the instance, by name
 */
export function checkTypes(
  listed: ReadonlyMap<string, JwtTemplate>,
  configuration: Configuration,
): Finding[] {
  const { typesFile } = configuration.environment;
  const path = typesFile ?? defaultTypesFile;
  try {
    const present = readOutputFile(path);
    if (present === undefined) return typesFile === undefined ? [] : [missing(path)];
    return [compareTypes(path, present, { listed, configuration })];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // An unreadable file must not hide the other findings.
    return error.problems.map((text) => ({ verdict: 'fail', text }));
  }
}

interface Instance {
  listed: ReadonlyMap<string, JwtTemplate>;
  configuration: Configuration;
}

function compareTypes(path: string, present: string, { listed, configuration }: Instance): Finding {
  const { templates } = selectTemplates(
    { claims: claimsOf(listed), firebase: 'not listed' },
    configuration.options.templates,
  );
  const registration = registrationOf(present);
  const expected = writeTypeScript(typesOfTemplates(templates), registration);
  if (present === expected) return { verdict: 'ok', text: `${path}: has the types of the templates` };
  const changes = staleTemplates(present, expected).join(', ') || otherDifference;
  const command = registration === 'register' ? 'mintgate types' : 'mintgate types --no-register';
  return { verdict: 'warn', text: `${path}: is out of date: ${changes}: run ${command}` };
}

/** Returns whether a file registers its types, in whole or in part. */
function registrationOf(text: string): Registration {
  const isEmpty = !text.includes('export interface Templates');
  return isEmpty || text.includes('mintgate/client') ? 'register' : 'no-register';
}

function missing(path: string): Finding {
  return { verdict: 'warn', text: `${path}: there is no such file: run mintgate types` };
}
