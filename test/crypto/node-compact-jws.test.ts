import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readCompactJws } from '../../src/crypto/node-compact-jws.ts';
import { createForge } from '../support/tokens.ts';

const forge = createForge();
const token = forge.compact({ alg: 'RS256' }, { sub: 'user_ada', name: 'Adä' });
const [header = '', payload = '', signature = ''] = token.split('.');
const encode = (text: string | Buffer) => Buffer.from(text).toString('base64url');

describe('a compact JWS', () => {
  test('is decoded without verification', () => {
    const jws = readCompactJws(`${header}.${payload}.AAAA`);
    expect(jws).toMatchObject({ header: { alg: 'RS256' }, payload: { sub: 'user_ada', name: 'Adä' } });
    expect(jws?.isSignedBy(forge.pem)).toBe(false);
  });

  test.each<[string, string]>([
    ['', 'nothing'],
    [`${header}.${payload}`, 'two parts'],
    [`${token}.${signature}`, 'four parts'],
    [`${header}.${payload}.`, 'an empty signature'],
    [` ${token}`, 'white space'],
    [`${header}=.${payload}.${signature}`, 'padding'],
    [`${token}+`, 'plain base64'],
    [`${header}.${payload}.AB`, 'unused bits that are not zero'],
    [`${encode('{')}.${payload}.${signature}`, 'a header that is not JSON'],
    [`${header}.${encode(Buffer.from([0x22, 0xff, 0x22]))}.${signature}`, 'a payload that is not UTF-8'],
  ])('%j is not one: it has %s', (text) => {
    expect(readCompactJws(text)).toBeUndefined();
  });
});

test('a part is accepted exactly where it is what its bytes encode to', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (let length = 1; length <= 9; length += 1) {
    for (const last of alphabet) {
      const part = 'Z'.repeat(length - 1) + last;
      const isCanonical = encode(Buffer.from(part, 'base64url')) === part;
      expect(readCompactJws(`${header}.${payload}.${part}`) !== undefined, part).toBe(isCanonical);
    }
  }
});

test('each header is parsed, also between equal ones', () => {
  const others = ['a', 'b', 'a'].map((kid) => encode(JSON.stringify({ alg: 'RS256', kid })));
  expect(others.map((other) => readCompactJws(`${other}.${payload}.${signature}`)?.header)).toEqual(
    ['a', 'b', 'a'].map((kid) => ({ alg: 'RS256', kid })),
  );
});

describe('its signature', () => {
  test('is valid with the key that made it, and with no other', () => {
    expect(readCompactJws(token)?.isSignedBy(forge.pem)).toBe(true);
    expect(readCompactJws(token)?.isSignedBy(createForge().pem)).toBe(false);
  });

  test('is not valid for another payload', () => {
    const other = `${header}.${encode('{"sub":"user_eve"}')}.${signature}`;
    expect(readCompactJws(other)?.isSignedBy(forge.pem)).toBe(false);
  });

  test.each(['RS384', 'RS512', 'hmac of the public key', 'nothing'] as const)(
    'is not valid when made by %s',
    (signing) => {
      const forged = forge.compact({ alg: 'RS256' }, {}, signing);
      expect(readCompactJws(forged)?.isSignedBy(forge.pem) ?? false).toBe(false);
    },
  );

  test('is not valid with a key that is unreadable or not RSA', () => {
    const elliptic = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    for (const pem of ['', 'no key', forge.pem.slice(0, 100), String(elliptic)])
      expect(readCompactJws(token)?.isSignedBy(pem)).toBe(false);
  });

  test('is verified with more keys than are kept imported', () => {
    for (let at = 0; at < 150; at += 1) expect(readCompactJws(token)?.isSignedBy(`no key ${at}`)).toBe(false);
    expect(readCompactJws(token)?.isSignedBy(forge.pem)).toBe(true);
  });
});
