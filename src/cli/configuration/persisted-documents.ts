import { resolve } from 'node:path';
import bundledDocuments from '../../client/generated/persisted-documents.json' with { type: 'json' };
import { ConfigurationError } from '../../config/configuration-error.ts';
import type { PersistedDocuments } from '../../http/documents/persisted-documents.ts';
import { decodeText } from './decode-text.ts';
import { maxManifestKiB, readBoundedFile } from './read-file.ts';

const advice =
  'name the persisted-documents.json that GraphQL Code Generator writes (persistedDocuments in its client preset), or write ' +
  'true for the documents that come with Mintgate';

/**
 * Reads the manifest of persisted documents. Its documents are checked later, with the other options.
 *
 * @param folder - the folder to which a path is relative
 * @param setting - `true` for the documents of `mintgate/client`, else the path of a manifest
 * @throws ConfigurationError for a file that cannot be read or is not JSON
 */
export function readPersistedDocuments(folder: string, setting: string): PersistedDocuments {
  if (setting === 'true') return bundledDocuments;
  const bytes = readManifest(resolve(folder, setting), setting);
  try {
    return JSON.parse(decodeText(bytes)) as PersistedDocuments;
  } catch {
    throw new ConfigurationError([`MINTGATE_PERSISTED_ONLY: ${setting} is not JSON: ${advice}`]);
  }
}

function readManifest(path: string, setting: string): Buffer {
  try {
    return readBoundedFile(path, `MINTGATE_PERSISTED_ONLY: ${setting}`, maxManifestKiB);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([`MINTGATE_PERSISTED_ONLY: ${setting} cannot be read: ${advice}`]);
  }
}
