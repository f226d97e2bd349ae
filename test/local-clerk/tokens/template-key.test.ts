import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  generateTemplateKey,
  isTemplateAlgorithm,
  readTemplateKey,
  type TemplateAlgorithm,
  templateAlgorithms,
} from '../../../src/local-clerk/tokens/template-key.ts';

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test.each(['none', 'EdDSA', 'PS256', 'hs256', '', undefined, 5])(
  '%j is not a supported algorithm',
  (value) => {
    expect(isTemplateAlgorithm(value)).toBe(false);
  },
);

describe('a generated key', () => {
  test.each(['HS256', 'HS384', 'HS512'] as const)(
    'of %s is a secret as long as the longest hash',
    (algorithm) => {
      const { signingKey, verificationKey } = generateTemplateKey(algorithm);
      expect(Buffer.from(verificationKey, 'base64url')).toHaveLength(64);
      expect(signingKey.export().toString()).toBe(verificationKey);
    },
  );

  test.each(templateAlgorithms.filter((algorithm) => !algorithm.startsWith('HS')))(
    'of %s is a key pair',
    (algorithm) => {
      const { signingKey, verificationKey } = generateTemplateKey(algorithm);
      const data = Buffer.from('text');
      expect(verify('sha256', data, verificationKey, sign('sha256', data, signingKey))).toBe(true);
    },
  );

  test('differs each time', () => {
    expect(generateTemplateKey('HS256').verificationKey).not.toBe(
      generateTemplateKey('HS256').verificationKey,
    );
  });
});

describe('a key that is read', () => {
  test('is the secret itself for HS256', () => {
    expect(readTemplateKey('HS256', 'secret')).toMatchObject({
      algorithm: 'HS256',
      verificationKey: 'secret',
    });
  });

  test('has its public key as verification key', () => {
    const { verificationKey } = readTemplateKey('ES256', pem(ec.privateKey));
    expect(verificationKey).toBe(ec.publicKey.export({ type: 'spki', format: 'pem' }));
  });

  test.each<[string, TemplateAlgorithm, string]>([
    ['expected a secret that is not empty', 'HS256', ''],
    ['expected an RSA key of at least 2048 bits', 'RS256', 'not a key'],
    ['expected an RSA key of at least 2048 bits', 'RS256', pem(weak.privateKey)],
    ['expected an RSA key of at least 2048 bits', 'RS512', pem(ec.privateKey)],
    ['expected an EC key on the curve prime256v1', 'ES256', pem(rsa.privateKey)],
    [
      'expected an EC key on the curve secp384r1 as a private key in PEM for ES384',
      'ES384',
      pem(ec.privateKey),
    ],
    ['expected an EC key', 'ES256', ec.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ])('is refused: %s (%s)', (message, algorithm, key) => {
    expect(() => readTemplateKey(algorithm, key)).toThrow(message);
    expect(() => readTemplateKey(algorithm, key)).not.toThrow('BEGIN');
  });
});
