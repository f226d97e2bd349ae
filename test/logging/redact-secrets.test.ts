import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../src/logging/redact-secrets.ts';

const key = (prefix: string) => [prefix, 'aB3'.repeat(8)].join('_');
const token = () =>
  new SignJWT({ sub: 'user_ada' }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));

describe('redactSecrets', () => {
  test('X06 redacts tokens, whole or in part, anywhere in a text', async () => {
    const jwt = await token();
    const [header, claims] = jwt.split('.');
    for (const secret of [jwt, `${header}.${claims}`, `${header}.`, header, claims, `${jwt}.more`]) {
      for (const text of [
        secret,
        `Bearer ${secret}`,
        `"${secret}"`,
        `a=${secret}&b`,
        `x${secret}`,
        `${secret} ${secret}`,
      ]) {
        expect(redactSecrets(String(text))).not.toContain('eyJ');
        expect(redactSecrets(String(text))).not.toContain(claims?.slice(5));
        expect(redactSecrets(String(text))).toContain('[redacted]');
      }
    }
  });

  test('X06 redacts all five parts of an encrypted token', () => {
    const parts = [Buffer.from('{"alg":"dir"}').toString('base64url'), 'key1', 'vector2', 'cipher3', 'tag4'];
    expect(redactSecrets(`<${parts.join('.')}>`)).toBe('<[redacted]>');
  });

  test.each(['sk_test', 'sk_live', 'sk_other', 'whsec'])(
    'X06 redacts a key that begins with %s',
    (prefix) => {
      const secret = key(prefix);
      for (const text of [
        secret,
        `key=${secret};`,
        `"${secret}"`,
        `Bearer ${secret}`,
        // Inside a word, only keys with a known prefix are distinguishable.
        ...(prefix === 'sk_other' ? [] : [`KEY_${secret}`, `x${secret}`]),
      ]) {
        expect(redactSecrets(text)).not.toContain('aB3aB3');
        expect(redactSecrets(text)).toContain('[redacted]');
      }
    },
  );

  test('keeps the rest of the text, and a text without secrets', async () => {
    expect(redactSecrets(`before ${await token()} after`)).toBe('before [redacted] after');
    for (const text of [
      '',
      'hello',
      'a task_list and a disk_usage',
      'pk_test_public',
      'sess_1 user_2',
      '{"a":1}',
    ]) {
      expect(redactSecrets(text)).toBe(text);
    }
  });

  test('X06 redacts a token at the end of a long text in linear time', async () => {
    const jwt = await token();
    const long = `${'eyJ'.repeat(200_000)} ${'sk_'.repeat(200_000)} ${jwt}`;
    expect(redactSecrets(long)).not.toContain(jwt);
  });
});
