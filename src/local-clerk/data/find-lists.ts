import { isPlainObject } from '../../json/is-plain-object.ts';
import { demoData } from './demo-data.ts';
import { formatPath } from './format-path.ts';

const knownKeys = [
  'users',
  'organizations',
  'organization_memberships',
  'sessions',
  'jwt_templates',
  'firebase_integration',
];

const expectedKeys = `expected ${knownKeys.join(', ')}.`;

/** Lists of users, templates and other entries, before their validation. */
interface FoundLists {
  lists: unknown;
  /** Warnings about how the data were read. */
  warnings: string[];
  /** Formats a path in `lists` as the path in the original JSON. */
  describePath(path: readonly PropertyKey[]): string;
}

type BareList = unknown[] | { data: unknown[] };

/**
 * Finds the lists in data that a developer wrote or exported. Each list may have the form of Clerk's list endpoints: plain,
 * or `{ "data": [...], "total_count": n }`. A bare list contains JWT templates, as `GET /v1/jwt_templates` returns them; users
 * and sessions then come from the demo data.
 *
 * @throws Error for a bare list that contains other objects
 */
export function findLists(json: unknown): FoundLists {
  if (isBareList(json)) return templatesWithDemo(json);
  if (!isPlainObject(json)) return { lists: json, warnings: [], describePath: formatPath };
  const present = knownKeys.filter((key) => Object.hasOwn(json, key));
  return {
    lists: Object.fromEntries(present.map((key) => [key, unwrap(json[key])])),
    warnings: Object.keys(json)
      .filter((key) => !knownKeys.includes(key))
      .map((key) => `The data have an unknown key ${JSON.stringify(key)}, which is ignored: ${expectedKeys}`),
    describePath: ([key = '', ...rest]) =>
      formatPath(isPage(json[String(key)]) ? [key, 'data', ...rest] : [key, ...rest]),
  };
}

function templatesWithDemo(json: BareList): FoundLists {
  const templates = unwrap(json);
  refuseOtherObjects(templates);
  const warning =
    'The data are a bare list, read as JWT templates: users, organizations and sessions come from the demo data.';
  return {
    lists: { ...demoData(), jwt_templates: templates, firebase_integration: null },
    warnings: [warning],
    describePath: ([, ...rest]) => formatPath(isPage(json) ? ['data', ...rest] : rest),
  };
}

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

// By its name, an organization would be accepted as a template.
function refuseOtherObjects(entries: unknown[]): void {
  for (const entry of entries) {
    if (!isPlainObject(entry) || typeof entry.object !== 'string' || entry.object === 'jwt_template')
      continue;
    throw new Error(
      `The data for the local Clerk are invalid: a bare list is read as JWT templates, and this one contains an ` +
        `object of type ${JSON.stringify(entry.object)}. Name the lists: { "users": [...], "sessions": [...] }`,
    );
  }
}
