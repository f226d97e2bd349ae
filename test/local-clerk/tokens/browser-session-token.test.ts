import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Instance } from '../../../src/local-clerk/instance.ts';
import { mintBrowserSessionToken } from '../../../src/local-clerk/tokens/browser-session-token.ts';
import { createTestInstance } from '../test-instance.ts';

let instance: Instance;
beforeEach(async () => {
  instance = await createTestInstance();
});

describe('a session token for a browser', () => {
  test('lives for 60 seconds and names the origin of the page when it is given', async () => {
    const {
      azp,
      exp = 0,
      iat = 0,
    } = decodeJwt(await mintBrowserSessionToken(instance, 'sess_ada', 'http://localhost:3000'));
    expect([azp, exp - iat]).toEqual(['http://localhost:3000', 60]);
    expect(decodeJwt(await mintBrowserSessionToken(instance, 'sess_ada'))).not.toHaveProperty('azp');
  });

  test('is minted for a pending session, with the status pending', async () => {
    expect(decodeJwt(await mintBrowserSessionToken(instance, 'sess_grace_pending')).sts).toBe('pending');
  });

  test.each(['ended', 'revoked', 'expired', 'removed', 'abandoned', 'replaced'] as const)(
    'is not minted for a session that is %s',
    async (status) => {
      Object.assign(instance.store.sessions.get('sess_ada') ?? {}, { status });
      await expect(mintBrowserSessionToken(instance, 'sess_ada')).rejects.toThrow(
        `The local Clerk mints no session token for session "sess_ada": its status is ${status}.`,
      );
    },
  );

  test('is not minted for an unknown session', async () => {
    await expect(mintBrowserSessionToken(instance, 'sess_none')).rejects.toThrow('no session "sess_none"');
  });
});
