import { isPlainObject } from '../plain-object.ts';
import { demoData } from './demo-data.ts';

const LISTS = ['users', 'organizations', 'organization_memberships', 'sessions', 'jwt_templates'];
const KNOWN = [...LISTS, 'firebase_integration'];

/** JSON sorted into the lists that the local Clerk knows, not checked yet. */
export interface RecognisedData {
  lists: unknown;
  /** What a developer should know about how it was read, in sentences. */
  warnings: string[];
  /** Writes the path of a fault as it stands in the JSON. */
  describePath(path: readonly PropertyKey[]): string;
}

/**
 * Finds the lists in what a developer wrote or exported. Each may be what Clerk's list endpoints answer, plain or as
 * `{ "data": [...], "total_count": n }`. A list that stands alone holds templates, as GET /v1/jwt_templates answers;
 * the demo's people then sign in.
 *
 * @throws Error for a list that stands alone and holds something else
 */
export function recogniseData(json: unknown): RecognisedData {
  if (isBareList(json)) {
    const templates = unwrap(json);
    refuseOtherObjects(templates);
    const warning =
      'The data are a bare list, read as JWT templates: the users, organizations and sessions are those of the demo.';
    return {
      lists: { ...demoData(), jwt_templates: templates, firebase_integration: null },
      warnings: [warning],
      describePath: ([, ...rest]) => written(isPage(json) ? ['data', ...rest] : rest),
    };
  }
  if (!isPlainObject(json)) return { lists: json, warnings: [], describePath: written };
  const known = KNOWN.filter((list) => Object.hasOwn(json, list));
  return {
    lists: Object.fromEntries(known.map((list) => [list, unwrap(json[list])])),
    warnings: Object.keys(json)
      .filter((key) => !KNOWN.includes(key))
      .map((key) => `The data hold ${JSON.stringify(key)}, which is ignored: expected ${KNOWN.join(', ')}.`),
    describePath: ([list = '', ...rest]) =>
      written(isPage(json[String(list)]) ? [list, 'data', ...rest] : [list, ...rest]),
  };
}

type BareList = unknown[] | { data: unknown[] };

function isBareList(json: unknown): json is BareList {
  if (Array.isArray(json)) return true;
  return (
    isPage(json) &&
    Array.isArray(json.data) &&
    Object.keys(json).every((key) => key === 'data' || key === 'total_count')
  );
}

function unwrap<T>(list: T | { data: T }): T {
  return isPage<T>(list) ? list.data : list;
}

function isPage<T>(list: unknown): list is { data: T } {
  return isPlainObject(list) && Object.hasOwn(list, 'data');
}

// An organization's name makes a good template's name, too.
function refuseOtherObjects(entries: unknown[]): void {
  for (const entry of entries) {
    if (!isPlainObject(entry) || typeof entry.object !== 'string' || entry.object === 'jwt_template')
      continue;
    throw new Error(
      `The data for the local Clerk are not usable: a bare list is read as JWT templates, and this one holds an object ` +
        `of type ${JSON.stringify(entry.object)}. Name the lists: { "users": [...], "sessions": [...] }`,
    );
  }
}

function written(path: readonly PropertyKey[]): string {
  const text = path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`))
    .join('');
  return text || 'top level';
}
