import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { ConfigurationError } from '../../config/configuration-error.ts';

/** The largest file with a secret, and the largest `.env`, in KiB. */
export const maxSecretKiB = 64;
/** The largest manifest of persisted documents, in KiB. */
export const maxManifestKiB = 16 * 1024;

/**
 * Reads a regular file of limited size. A pipe or a device would block the process, and with it every request, for as long as it likes.
 *
 * @param path - the path of the file, or of a symbolic link to it
 * @param name - names the file in messages
 * @param maxKiB - the largest size, in KiB
 * @throws ConfigurationError for another kind of file and for a larger one; the error of Node.js, with its `code`, for a file that cannot be
 *   read
 */
export function readBoundedFile(path: string, name: string, maxKiB: number): Buffer {
  // O_NONBLOCK: else opening a pipe waits for its writer. Windows has no such flag.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    requireRegularFile(fstatSync(file), name);
    const bytes = readUpTo(file, maxKiB * 1024 + 1);
    if (bytes.length > maxKiB * 1024) {
      throw new ConfigurationError([`${name}: expected a file of at most ${maxKiB} KiB`]);
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/**
 * Refuses pipes and devices, which block their reader.
 *
 * @param name - names the file in the message
 * @throws ConfigurationError
 */
export function requireRegularFile(stats: Stats, name: string): void {
  if (stats.isFile()) return;
  throw new ConfigurationError([
    `${name}: expected a regular file, not a folder, a pipe, a socket or a device`,
  ]);
}

/** Reads a file to its end, but no more than a number of bytes. Its size may be unknown, as in `/proc`, and may change meanwhile. */
function readUpTo(file: number, maxBytes: number): Buffer {
  const buffer = Buffer.alloc(maxBytes);
  let length = 0;
  let read: number;
  do {
    read = readSync(file, buffer, length, maxBytes - length, null);
    length += read;
  } while (read > 0 && length < maxBytes);
  return buffer.subarray(0, length);
}
