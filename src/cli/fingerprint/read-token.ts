import type { Readable } from 'node:stream';
import { ConfigurationError } from '../../config/configuration-error.ts';

/** Longest input that is read, in bytes. */
const maxBytes = 1_000_000;

const jwtForm = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Reads one token from standard input, without surrounding white space.
 *
 * @throws ConfigurationError for a terminal, and for input that is not one JWT; it never quotes the input
 */
export async function readToken(input: Readable & { isTTY?: boolean }): Promise<string> {
  if (input.isTTY) {
    throw new ConfigurationError([
      'mintgate fingerprint: expected a token on standard input: mintgate fingerprint < token.txt',
    ]);
  }
  const text = (await readText(input)).trim();
  if (jwtForm.test(text)) return text;
  throw new ConfigurationError([
    'mintgate fingerprint: standard input is not a token: expected one JWT, as the gateway has returned it, and nothing else',
  ]);
}

/** Returns the text of a stream; an empty one where it is too long to be a token. */
async function readText(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    length += chunks.at(-1)?.length ?? 0;
    if (length > maxBytes) return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}
