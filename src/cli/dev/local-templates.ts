import { parseTemplates } from '../../local-clerk/data/parse-templates.ts';
import { demoData } from '../../local-clerk/index.ts';
import { readJsonFile, withPrefix } from './data-file.ts';

/** The templates of the local Clerk. */
export interface LocalTemplates {
  /** The claims of each JWT template, by its name. */
  claims: ReadonlyMap<string, object>;
  /** Whether Clerk's Firebase integration is on. */
  firebase: 'on' | 'off';
}

/**
 * Reads the templates of the local Clerk's data.
 *
 * @param file - a file with data, or with the answer of Clerk's `GET /v1/jwt_templates`. @default the demo data
 * @throws ConfigurationError that names the file, and the place in it that is wrong
 */
export async function readLocalTemplates(file?: string): Promise<LocalTemplates> {
  if (file === undefined) return templatesIn(demoData());
  const json = await readJsonFile(file, '--from');
  return withPrefix(`--from ${file}`, () => templatesIn(json));
}

function templatesIn(json: unknown): LocalTemplates {
  const { jwt_templates: templates, firebase_integration: firebase } = parseTemplates(json);
  return {
    claims: new Map(templates.map(({ name, claims }) => [name, claims])),
    firebase: firebase == null ? 'off' : 'on',
  };
}
