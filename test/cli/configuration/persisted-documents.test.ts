import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPersistedDocuments } from '../../../src/cli/configuration/persisted-documents.ts';
import { completeOptions } from '../../../src/cli/configuration/read-configuration.ts';
import { SessionTokenDocument } from '../../../src/client/generated/graphql.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';
import { readEnvironment } from '../../../src/config/environment.ts';
import { type LocalClerk, startLocalClerk } from '../../../src/local-clerk/index.ts';
import { readAnswer } from '../../support/answer.ts';
import { newFolder, runCommand, startCommand } from '../../support/command.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

const manifestFile = new URL('../../../src/client/generated/persisted-documents.json', import.meta.url);
const documentId = String((SessionTokenDocument as { __meta__?: { hash?: string } }).__meta__?.hash);
const library = new URL('../../../src/index.ts', import.meta.url).href;

const environment = (persistedOnly?: string): Record<string, string> => ({
  CLERK_SECRET_KEY: clerk.secretKey,
  CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
  CLERK_API_URL: clerk.url,
  CLERK_AUTHORIZED_PARTIES: 'any',
  MINTGATE_TEMPLATES: 'minimal',
  HOST: '127.0.0.1',
  PORT: '0',
  ...(persistedOnly === undefined ? {} : { MINTGATE_PERSISTED_ONLY: persistedOnly }),
});

async function serve(env: Record<string, string>, files: Record<string, string> = {}) {
  const { seen } = await startCommand(['serve'], { env, folder: await newFolder(files) });
  const [, url = ''] = await seen(/"url":"([^"]+)"/);
  return async (body: object) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await clerk.mintSessionToken('sess_ada')}`,
    };
    return readAnswer(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
  };
}

describe('MINTGATE_PERSISTED_ONLY', () => {
  test('true executes only the documents that come with Mintgate', async () => {
    const ask = await serve(environment('true'));
    const { data } = await ask({ documentId, variables: { template: 'minimal' } });
    expect(data.sessionToken.jwt).toEqual(expect.any(String));
    const refused = await ask({ query: '{ session { id } }' });
    expect([refused.status, refused.codes]).toEqual([400, ['BAD_REQUEST']]);
  });

  test('a path, relative to the working folder, executes the documents of that file', async () => {
    const documents = { 'mine.json': JSON.stringify({ mine: '{ session { userId } }' }) };
    const ask = await serve(environment('mine.json'), documents);
    expect((await ask({ documentId: 'mine' })).data).toEqual({ session: { userId: 'user_ada' } });
    expect((await ask({ documentId, variables: { template: 'minimal' } })).status).toBe(400);
  });

  test('X20 a manifest with a byte order mark is read like any other', async () => {
    const folder = await newFolder({ 'mine.json': '\uFEFF{"mine":"{ __typename }"}' });
    expect(readPersistedDocuments(folder, 'mine.json')).toEqual({ mine: '{ __typename }' });
  });

  test('overrides the documents in the config file', async () => {
    const config = `import { defineConfig } from ${JSON.stringify(library)};
import documents from './mine.json' with { type: 'json' };
export default defineConfig({ persistedDocuments: documents });`;
    const files = { 'mine.json': JSON.stringify({ mine: '{ __typename }' }), 'mintgate.config.ts': config };
    const ask = await serve(environment(), files);
    expect((await ask({ documentId: 'mine' })).data).toEqual({ __typename: 'Query' });
    const other = await serve(environment('true'), files);
    expect((await other({ documentId: 'mine' })).status).toBe(400);
  });

  test.each(['false', '0', ''])('%j allows every document', (text) => {
    expect(readEnvironment({ MINTGATE_PERSISTED_ONLY: text }).persistedOnly).toBeUndefined();
  });

  test('a manifest of another graph is refused at the start', async () => {
    const { code, stderr } = await runCommand(['serve'], {
      env: environment('mine.json'),
      folder: await newFolder({ 'mine.json': '{ "sha256:0": "{ users { name } }" }' }),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mintgate: MINTGATE_PERSISTED_ONLY \(entry sha256:0\): expected a document that fits the graph: Cannot query field "users".*\n$/,
    );
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'that is missing',
      {},
      /^MINTGATE_PERSISTED_ONLY: mine\.json cannot be read: name the persisted-documents\.json/,
    ],
    [
      'that is not JSON',
      { 'mine.json': '{' },
      /^MINTGATE_PERSISTED_ONLY: mine\.json is not JSON: name the persisted/,
    ],
    [
      'with content of another kind',
      { 'mine.json': '["a"]' },
      /^MINTGATE_PERSISTED_ONLY: expected the persisted documents by/,
    ],
    [
      'that is empty',
      { 'mine.json': '{}' },
      /^MINTGATE_PERSISTED_ONLY: expected the persisted documents by their ids/,
    ],
  ])('a manifest %s is refused, too', async (_what, files, message) => {
    const folder = await newFolder(files);
    const start = async () => {
      const persistedDocuments = readPersistedDocuments(folder, 'mine.json');
      completeOptions({ ...readEnvironment(environment()).options, persistedDocuments });
    };
    const error = await start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).problems).toEqual([expect.stringMatching(message)]);
  });

  test('the manifest of GraphQL Code Generator is accepted unchanged', async () => {
    const text = await readFile(manifestFile, 'utf8');
    const folder = await newFolder({ 'persisted-documents.json': text });
    const documents = readPersistedDocuments(folder, './persisted-documents.json');
    expect(documents).toEqual(readPersistedDocuments(folder, 'true'));
    expect(Object.keys(documents)).toContain(documentId);
  });
});
