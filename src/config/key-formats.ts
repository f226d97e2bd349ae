import { z } from 'zod';
import { frontendApiHost } from '../clerk/publishable-key.ts';
import type { Format } from './formats.ts';
import { describeMistake } from './mistaken-value.ts';

/**
 * Returns the format of a key or a secret. The error names the kind of value that was given by mistake.
 *
 * @param kind - the expected kind, in the words of `describeMistake`
 */
function keyText(kind: string, expected: string, isValid: (text: string) => boolean): Format<string> {
  const params = { error: ({ input }: { input?: unknown }) => describeMistake(input, { expected, kind }) };
  return { schema: z.string(params).refine(isValid, params), fromText: z.string() };
}

/** The secret key of a Clerk instance. */
export const secretKey = keyText(
  'a secret key',
  'expected the secret key of a Clerk instance, as copied, beginning with sk_test_ or sk_live_',
  (text) => /^sk_(test|live)_[\w-]+$/.test(text),
);

/** The publishable key of a Clerk instance. */
export const publishableKey = keyText(
  'a publishable key',
  'expected the publishable key of a Clerk instance, as copied, beginning with pk_test_ or pk_live_',
  (text) => frontendApiHost(text) !== undefined,
);

/** The signing secret of a webhook endpoint in the Clerk Dashboard. */
export const webhookSigningSecret = keyText(
  'the signing secret of a webhook endpoint',
  'expected the signing secret of a webhook endpoint, as copied, beginning with whsec_',
  (text) => /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(text),
);

/** The public key that verifies session tokens. */
export const jwtKey: Format<string> = {
  ...keyText('a PEM', 'expected the PEM public key (RSA, 2048 bit) of the instance', isVerificationKey),
  // Some hosts keep a variable on one line and write the line feeds of a PEM as \n.
  fromText: z.string().transform((text) => text.replaceAll('\\n', '\n').trim()),
};

/** SubjectPublicKeyInfo (RFC 5280) of an RSA key of 2048 bit with the exponent 65537: only the modulus varies. */
const rsa2048 = /^MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA[g-z0-9+/][A-Za-z0-9+/]{341}IDAQAB$/;

// Clerk's SDK reads the modulus by cutting fixed bytes off the PEM: it misreads every other key.
function isVerificationKey(pem: string): boolean {
  const body = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1];
  return rsa2048.test(body?.replace(/\s/g, '') ?? '');
}

const separatorError =
  'contains a comma or a line feed, which separate secrets in the environment: expected a list with one entry for each secret';

/**
 * Returns the format of a secret that the operator chooses. A comma or a line feed is refused, because the environment and a file would
 * split the same text into several secrets.
 *
 * @param form - its characters, 32 or more
 */
function chosenSecret(form: RegExp, error: string): Format<string> {
  const schema = z
    .string({ error })
    .regex(/^[^,\r\n]*$/, { error: separatorError })
    .regex(form, { error });
  return { schema, fromText: z.string() };
}

/** The secret from which the keys for Redis are derived. */
export const cacheKey = chosenSecret(/^[\s\S]{32,}$/u, 'expected a secret text of at least 32 characters');

/** The secret that the router of a supergraph sends in a header. */
export const routerSecret = chosenSecret(
  /^[\x21-\x7e]{32,}$/,
  'expected a secret text of at least 32 visible ASCII characters, without spaces',
);

/** The secret in the path of the coprocessor. */
export const coprocessorSecret = chosenSecret(
  /^[A-Za-z0-9._~-]{32,}$/,
  'expected a secret text of at least 32 letters, digits, `-`, `.`, `_` or `~`, because it is part of a URL',
);
