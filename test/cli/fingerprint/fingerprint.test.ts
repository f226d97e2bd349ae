import { describe, expect, test } from 'vitest';
import { createKeyedHash } from '../../../src/crypto/node-keyed-hash.ts';
import { newFolder, startCommand } from '../../support/command.ts';
import { serveEnv, sessionTokenOf, startServe } from '../serve-command.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
const key = (letter: string) => letter.repeat(32);
const jwt = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2lnbmF0dXJl`;

/** Runs `mintgate fingerprint` with a text on standard input. */
async function fingerprint(
  text: string,
  env: Record<string, string> = {},
  { args = [], folder }: { args?: string[]; folder?: string } = {},
) {
  const options = { env, ...(folder === undefined ? {} : { folder }) };
  const { child, ended, output } = await startCommand(['fingerprint', ...args], options);
  // The command may end without reading.
  child.stdin?.on('error', () => {});
  child.stdin?.end(text);
  return { code: await ended, ...output };
}

describe('mintgate fingerprint', () => {
  test('finds the audit events of a token in the log of a gateway', async () => {
    const gateway = await startServe(serveEnv(world.clerk));
    const token = await gateway.ask(await sessionTokenOf(world.clerk, 'sess_ada'));
    const { code, stdout, stderr } = await fingerprint(token, { CLERK_SECRET_KEY: world.clerk.secretKey });
    expect([code, stderr]).toEqual([0, '']);
    const [, hmac = ''] = /^([\w-]{16}) {2}CLERK_SECRET_KEY\n$/.exec(stdout) ?? [];
    const lines = gateway.output.stdout.split('\n').filter((line) => line.includes(`"tokenHmac":"${hmac}"`));
    expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['minted']);
  });

  test('prints one line for each cache key, the newest first', async () => {
    const folder = await newFolder({ keys: `${key('b')}\n${key('a')}\n` });
    const { code, stdout } = await fingerprint(`${jwt}\n`, { MINTGATE_CACHE_KEY_FILE: 'keys' }, { folder });
    const hmac = (letter: string) => createKeyedHash(key(letter)).fingerprint(jwt);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${hmac('b')}  MINTGATE_CACHE_KEY (entry 1)\n${hmac('a')}  MINTGATE_CACHE_KEY (entry 2)\n`,
    );
  });

  test.each<[string, string, Record<string, string>, RegExp]>([
    [
      'input that is not a token',
      'secret stuff',
      { MINTGATE_CACHE_KEY: key('a') },
      /standard input is not a token/,
    ],
    ['no input', '', { MINTGATE_CACHE_KEY: key('a') }, /standard input is not a token/],
    ['no key', jwt, {}, /^mintgate: CLERK_SECRET_KEY: is missing/],
    ['a short key', jwt, { MINTGATE_CACHE_KEY: 'short' }, /MINTGATE_CACHE_KEY: expected a secret text/],
  ])('refuses %s, and quotes nothing', async (_what, text, env, message) => {
    const { code, stdout, stderr } = await fingerprint(text, env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/secret stuff|eyJ/);
  });

  test('refuses a token on the command line, and does not repeat it', async () => {
    const { code, stdout, stderr } = await fingerprint('', {}, { args: [jwt] });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^mintgate: mintgate fingerprint reads the token from standard input/);
    expect(stderr).not.toContain('eyJ');
  });
});
