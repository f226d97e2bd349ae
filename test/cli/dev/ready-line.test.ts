import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { readyLine } from '../../../src/cli/dev/ready-line.ts';
import { createSessionTokenSigner } from '../../../src/cli/dev/session-token-signer.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

test('the line is JSON with the addresses, the keys, and a session token for each session', async () => {
  const { clerk } = world;
  const url = 'http://127.0.0.1:4000/graphql';
  const line = await readyLine(url, clerk, createSessionTokenSigner(clerk, ''));
  expect(line.indexOf('\n')).toBe(line.length - 1);
  const { sessions, ...rest } = JSON.parse(line);
  const { secretKey, publishableKey } = clerk;
  expect(rest).toEqual({ url, clerkUrl: clerk.url, secretKey, publishableKey });
  for (const [index, { id, userId, label }] of clerk.sessions().entries()) {
    const { token, ...session } = sessions[index];
    expect(session).toEqual({ id, userId, label });
    expect(decodeJwt(token).sid).toBe(id);
  }
  expect(sessions).toHaveLength(clerk.sessions().length);
});
