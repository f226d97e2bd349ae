import { describe, expect, test } from 'vitest';
import { endpoints, type KnownEndpoint } from '../../src/local-clerk/endpoints.ts';
import { demoData } from '../../src/local-clerk/index.ts';
import { readClerkOpenApi } from './clerk-openapi.ts';
import { useLocalClerk } from './use-local-clerk.ts';

interface Case {
  endpoint: KnownEndpoint;
  /** The parameters of the path, in order. */
  fill?: string[];
  /** The query, without `?`. */
  query?: string;
  body?: unknown;
  status: number;
}

const SESSION_TOKEN = 'POST /v1/sessions/{session_id}/tokens';
const TEMPLATE_TOKEN = 'POST /v1/sessions/{session_id}/tokens/{template_name}';
const MEMBERSHIPS = 'GET /v1/organizations/{organization_id}/memberships';
const USER_MEMBERSHIPS = 'GET /v1/users/{user_id}/organization_memberships';
const TEMPLATE = '/v1/jwt_templates/{template_id}';

const claims = { who: '{{user.id}}' };

const cases: Case[] = [
  { endpoint: 'GET /.well-known/jwks.json', status: 200 },
  { endpoint: 'GET /v1/jwks', status: 200 },
  { endpoint: 'GET /v1/domains', status: 200 },
  { endpoint: 'GET /v1/sessions', status: 200 },
  { endpoint: 'GET /v1/sessions', query: 'limit=0', status: 422 },
  {
    endpoint: 'POST /v1/sessions',
    body: { user_id: 'user_ada', active_organization_id: 'org_acme' },
    status: 200,
  },
  { endpoint: 'POST /v1/sessions', body: { user_id: 'user_none' }, status: 404 },
  { endpoint: 'POST /v1/sessions', body: {}, status: 422 },
  { endpoint: 'POST /v1/sessions', body: 'no json', status: 400 },
  { endpoint: 'POST /v1/sessions', body: { user_id: 'user_banned' }, status: 403 },
  { endpoint: 'GET /v1/sessions/{session_id}', fill: ['sess_grace_impersonated'], status: 200 },
  { endpoint: 'GET /v1/sessions/{session_id}', fill: ['sess_grace_pending'], status: 200 },
  { endpoint: 'GET /v1/sessions/{session_id}', fill: ['sess_none'], status: 404 },
  { endpoint: 'POST /v1/sessions/{session_id}/revoke', fill: ['sess_ada'], status: 200 },
  { endpoint: 'POST /v1/sessions/{session_id}/revoke', fill: ['sess_none'], status: 404 },
  { endpoint: SESSION_TOKEN, fill: ['sess_ada'], status: 200 },
  { endpoint: SESSION_TOKEN, fill: ['sess_grace_revoked'], status: 401 },
  { endpoint: SESSION_TOKEN, fill: ['sess_none'], status: 404 },
  { endpoint: SESSION_TOKEN, fill: ['sess_ada'], body: { expires_in_seconds: 1 }, status: 422 },
  { endpoint: TEMPLATE_TOKEN, fill: ['sess_ada', 'nhost'], body: { expires_in_seconds: null }, status: 200 },
  { endpoint: TEMPLATE_TOKEN, fill: ['sess_ada', 'integration_firebase'], status: 200 },
  { endpoint: TEMPLATE_TOKEN, fill: ['sess_grace_pending', 'nhost'], status: 401 },
  { endpoint: TEMPLATE_TOKEN, fill: ['sess_ada', 'none'], status: 404 },
  { endpoint: TEMPLATE_TOKEN, fill: ['sess_ada', 'nhost'], body: { expires_in_seconds: 1 }, status: 422 },
  { endpoint: 'GET /v1/users', status: 200 },
  { endpoint: 'GET /v1/users', query: 'order_by=shoe_size', status: 422 },
  { endpoint: 'GET /v1/users/count', status: 200 },
  { endpoint: 'GET /v1/users/count', query: 'shoe_size=44', status: 422 },
  { endpoint: 'GET /v1/users/{user_id}', fill: ['user_phone'], status: 200 },
  { endpoint: 'GET /v1/users/{user_id}', fill: ['user_none'], status: 404 },
  { endpoint: 'POST /v1/users/{user_id}/ban', fill: ['user_ada'], status: 200 },
  { endpoint: 'POST /v1/users/{user_id}/ban', fill: ['user_none'], status: 404 },
  { endpoint: 'POST /v1/users/{user_id}/unban', fill: ['user_ada'], status: 200 },
  { endpoint: 'POST /v1/users/{user_id}/unban', fill: ['user_none'], status: 404 },
  { endpoint: USER_MEMBERSHIPS, fill: ['user_ada'], status: 200 },
  { endpoint: USER_MEMBERSHIPS, fill: ['user_none'], status: 404 },
  { endpoint: USER_MEMBERSHIPS, fill: ['user_ada'], query: 'limit=0', status: 422 },
  { endpoint: 'GET /v1/jwt_templates', status: 200 },
  { endpoint: 'GET /v1/jwt_templates', query: 'limit=0', status: 422 },
  { endpoint: 'POST /v1/jwt_templates', body: { name: 'new', claims }, status: 200 },
  { endpoint: 'POST /v1/jwt_templates', body: { name: 'new', claims: { sub: 'x' } }, status: 400 },
  { endpoint: 'POST /v1/jwt_templates', body: { name: 'new' }, status: 422 },
  { endpoint: `GET ${TEMPLATE}`, fill: ['jtmp_nhost'], status: 200 },
  { endpoint: `GET ${TEMPLATE}`, fill: ['jtmp_none'], status: 404 },
  { endpoint: `PATCH ${TEMPLATE}`, fill: ['jtmp_short'], body: { name: 'short', claims }, status: 200 },
  {
    endpoint: `PATCH ${TEMPLATE}`,
    fill: ['jtmp_short'],
    body: { name: 'short', claims: { sub: 1 } },
    status: 400,
  },
  { endpoint: `PATCH ${TEMPLATE}`, fill: ['jtmp_short'], body: { name: 'hasura', claims }, status: 422 },
  { endpoint: `PATCH ${TEMPLATE}`, fill: ['jtmp_none'], body: { name: 'a', claims }, status: 404 },
  { endpoint: `DELETE ${TEMPLATE}`, fill: ['jtmp_short'], status: 200 },
  { endpoint: `DELETE ${TEMPLATE}`, fill: ['jtmp_none'], status: 404 },
  { endpoint: 'GET /v1/organizations', query: 'include_members_count=true', status: 200 },
  { endpoint: 'GET /v1/organizations', query: 'limit=0', status: 422 },
  { endpoint: 'GET /v1/organizations/{organization_id}', fill: ['acme'], status: 200 },
  { endpoint: 'GET /v1/organizations/{organization_id}', fill: ['org_none'], status: 404 },
  { endpoint: 'GET /v1/organizations/{organization_id}', fill: ['acme'], query: 'colour=red', status: 422 },
  { endpoint: 'GET /v1/organization_memberships', status: 200 },
  { endpoint: 'GET /v1/organization_memberships', query: 'limit=0', status: 422 },
  { endpoint: MEMBERSHIPS, fill: ['org_acme'], status: 200 },
  { endpoint: MEMBERSHIPS, fill: ['org_none'], status: 404 },
  { endpoint: MEMBERSHIPS, fill: ['org_acme'], query: 'limit=0', status: 422 },
];

/** Answers that Clerk's file does not list although a request can need them. Their bodies are Clerk's error bodies, too. */
const unlisted: Partial<Record<KnownEndpoint, { statuses: number[]; because: string }>> = {
  'POST /v1/sessions': { statuses: [403], because: 'its error reference answers 403 user_banned' },
  [SESSION_TOKEN]: {
    statuses: [422],
    because: 'it limits expires_in_seconds without an answer for other values',
  },
  [TEMPLATE_TOKEN]: {
    statuses: [422],
    because: 'it limits expires_in_seconds without an answer for other values',
  },
  'POST /v1/users/{user_id}/ban': {
    statuses: [404],
    because: 'it lists 404 for unknown users at other endpoints',
  },
  'POST /v1/users/{user_id}/unban': {
    statuses: [404],
    because: 'it lists 404 for unknown users at other endpoints',
  },
  [USER_MEMBERSHIPS]: {
    statuses: [404, 422],
    because: 'it limits limit, and lists 404 for unknown users at other endpoints',
  },
  'GET /v1/jwt_templates': { statuses: [422], because: 'it limits limit without an answer for other values' },
  [`PATCH ${TEMPLATE}` as const]: { statuses: [404], because: 'its GET and DELETE answer 404' },
  'GET /v1/organizations/{organization_id}': {
    statuses: [422],
    because: 'unknown parameters are refused here',
  },
  [MEMBERSHIPS]: {
    statuses: [404],
    because: 'it lists 404 for unknown organizations at other endpoints',
  },
};

const file = process.env.CLERK_OPENAPI;
const title = "the answers of the local Clerk match Clerk's OpenAPI file";
const reason = " (skipped: CLERK_OPENAPI does not name Clerk's Backend API file)";

describe.skipIf(!file)(file ? title : `${title}${reason}`, () => {
  const openapi = file ? readClerkOpenApi(file) : undefined;
  const context = useLocalClerk(() => {
    const data = demoData();
    const phone = { id: 'user_phone', phone_numbers: ['+15555550100'], email_addresses: [] };
    return { ...data, users: [...(data.users ?? []), phone, { id: 'user_banned', banned: true }] };
  });

  async function answer({ endpoint, fill = [], query = '', body }: Case, authorization?: string) {
    const [method = '', template = ''] = endpoint.split(' ');
    const parameters = [...fill];
    const path = template.replace(/\{\w+\}/g, () => parameters.shift() ?? '');
    const response = await context.local.fetch(
      new Request(`${context.local.url}${path}${query && `?${query}`}`, {
        method,
        headers: { authorization: authorization ?? `Bearer ${context.local.secretKey}` },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    return { status: response.status, json: (await response.json()) as unknown };
  }

  function schemaFor(endpoint: KnownEndpoint, status: number) {
    const [method = '', path = ''] = endpoint.split(' ');
    // The Frontend API has a copy of the JWKS of the Backend API.
    const inFile = path === '/.well-known/jwks.json' ? '/jwks' : path.replace(/^\/v1/, '');
    return openapi?.answerSchema(method, inFile, status);
  }

  const problems = (schema: Record<string, unknown>, json: unknown) => openapi?.problems(schema, json);

  const titled = cases.map((example): [string, Case] => {
    const { endpoint, fill = [], query, body } = example;
    const details = [...fill, query, body && JSON.stringify(body)].filter(Boolean);
    return [`${example.status} for ${[endpoint, ...details].join(' ')}`, example];
  });

  test.each(titled)('%s', async (_title, example) => {
    const { endpoint, status } = example;
    const actual = await answer(example);
    expect(actual.status).toBe(status);
    const isUnlisted = unlisted[endpoint]?.statuses.includes(status) ?? false;
    const schema = schemaFor(endpoint, status);
    // Fails for an answer that the file does not list, and for an exception that a newer file lists.
    expect(schema === undefined).toBe(isUnlisted);
    expect(problems(schema ?? openapi?.component('ClerkErrors') ?? {}, actual.json)).toEqual([]);
  });

  // The file describes plain lists only. The SDK requests pages and reads these two fields.
  test.each(['GET /v1/sessions', 'GET /v1/jwt_templates'] as const)('pages of %s', async (endpoint) => {
    const { json } = await answer({ endpoint, query: 'paginated=true', status: 200 });
    const { data, total_count } = json as { data: unknown; total_count: unknown };
    expect(total_count).toBeTypeOf('number');
    expect(problems(schemaFor(endpoint, 200) ?? {}, data)).toEqual([]);
  });

  test.each(endpoints.filter((endpoint) => endpoint !== 'GET /.well-known/jwks.json'))(
    '401 and 429 for %s, which the file lists for all endpoints',
    async (endpoint) => {
      const errors = openapi?.component('ClerkErrors') ?? {};
      const unauthorized = await answer({ endpoint, fill: ['a', 'b'], status: 401 }, 'none');
      expect(unauthorized.status).toBe(401);
      expect(problems(errors, unauthorized.json)).toEqual([]);
      context.local.controls.setRateLimit({ limit: 0, windowMs: 1000 });
      const throttled = await answer({ endpoint, fill: ['a', 'b'], status: 429 });
      expect(throttled.status).toBe(endpoint === 'GET /v1/jwks' ? 200 : 429);
      expect(endpoint === 'GET /v1/jwks' ? [] : problems(errors, throttled.json)).toEqual([]);
    },
  );

  test('every supported endpoint succeeds in one of the cases', () => {
    const succeeded = new Set(
      cases.filter((example) => example.status === 200).map((example) => example.endpoint),
    );
    expect(endpoints.filter((endpoint) => !succeeded.has(endpoint))).toEqual([]);
  });

  test('the check itself finds problems', async () => {
    const { json } = await answer({ endpoint: 'GET /v1/users/{user_id}', fill: ['user_ada'], status: 200 });
    const schema = openapi?.component('User') ?? {};
    expect(problems(schema, json)).toEqual([]);
    expect(problems(schema, { ...(json as object), banned: null })).not.toEqual([]);
    expect(problems(schema, { ...(json as object), surplus: 1 })).not.toEqual([]);
    expect(problems(schema, { ...(json as object), created_at: 'yesterday' })).not.toEqual([]);
    expect(problems(schema, { ...(json as object), email_addresses: [{ object: 'phone' }] })).not.toEqual([]);
  });
});
