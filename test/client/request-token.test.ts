import { describe, expect, test } from 'vitest';
import type { TokenChange } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

describe('a session token that is refused', () => {
  test('is renewed past the cache of the SDK, and the request is sent once more', async () => {
    const { gateway, clerk, source } = start();
    const renewed = sessionToken();
    clerk.getToken = ({ skipCache }) => (skipCache ? renewed : clerk.token);
    gateway.answer = ({ bearer }) =>
      bearer === renewed ? { jwt: 'token', expiresIn: 60 } : { code: 'UNAUTHENTICATED' };
    expect(await during(1, source.getToken())).toBe('token');
    expect(gateway.requests).toHaveLength(2);
  });

  test('is an error when there is no newer one, and drops the held token', async () => {
    const { gateway, clerk, source } = start();
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    await during(1, source.getToken());
    gateway.answer = () => ({ code: 'UNAUTHENTICATED' });
    await expect(during(1, source.getToken({ forceRefresh: true }))).rejects.toMatchObject({
      name: 'TokenError',
      code: 'UNAUTHENTICATED',
    });
    expect(clerk.reads).toContainEqual({ skipCache: true });
    expect(gateway.requests).toHaveLength(2);
    expect(changes[1]).toMatchObject({ token: null, error: { code: 'UNAUTHENTICATED' } });
    await pass(3600);
    expect(gateway.requests).toHaveLength(2);
  });

  test('whose session has ended meanwhile is a sign-out', async () => {
    const { gateway, clerk, source } = start();
    clerk.getToken = ({ skipCache }) => {
      if (skipCache) clerk.token = null;
      return clerk.token;
    };
    gateway.answer = () => ({ code: 'UNAUTHENTICATED' });
    expect(await during(1, source.getToken())).toBeNull();
  });

  test('is the same error when the SDK fails to renew it', async () => {
    const { gateway, clerk, source } = start();
    clerk.getToken = ({ skipCache }) => {
      if (skipCache) throw new Error('offline');
      return clerk.token;
    };
    gateway.answer = () => ({ code: 'UNAUTHENTICATED' });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
