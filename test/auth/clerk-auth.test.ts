import { describe, expect, test } from 'vitest';
import { type ClerkAuth, clerkAuth } from '../../src/index.ts';
import { useGateways } from '../support/gateway.ts';
import { sessionClaims } from '../support/tokens.ts';

const world = useGateways();
const query = '{ session { id } }';

/** Starts a gateway in a host with this auth function. */
const hostedWith = (getAuth: () => unknown) =>
  world.start({ authenticate: clerkAuth(getAuth as () => ClerkAuth) });

const signedIn = () => ({ userId: 'user_ada', sessionId: 'sess_ada', sessionClaims: sessionClaims() });
const signedOut = { userId: null, sessionId: null, sessionClaims: null, tokenType: 'session_token' };

describe('clerkAuth', () => {
  test.each<[string, () => unknown]>([
    ['auth object', signedIn],
    ['asynchronous auth object', async () => signedIn()],
    ['auth object with its tokenType', () => ({ ...signedIn(), tokenType: 'session_token' })],
  ])('accepts the session of an %s', async (_what, getAuth) => {
    const { data, errors } = await hostedWith(getAuth).ask(query);
    expect([data, errors]).toEqual([{ session: { id: 'sess_ada' } }, []]);
  });

  test('passes the host context and the request to getAuth', async () => {
    const seen: unknown[] = [];
    const gateway = world.start({
      authenticate: clerkAuth<{ locals: string }>((host, request) => {
        seen.push(host.locals, request.headers.get('x-mark'));
        return signedOut;
      }),
    });
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'x-mark': 'one' } };
    const request = new Request('https://host.example/graphql', { ...init, body: JSON.stringify({ query }) });
    await gateway.fetch(request, { locals: 'mine' });
    expect(seen).toEqual(['mine', 'one']);
  });

  test('answers a signed-out request as one without credentials', async () => {
    const { data, errors } = await hostedWith(() => signedOut).ask(query);
    expect([data, errors]).toEqual([{ session: null }, []]);
  });

  test.each<[string, RegExp, () => unknown]>([
    [
      'a handshake that is thrown as a Response',
      /handshake/,
      () => {
        throw new Response(null, { status: 307, headers: { location: 'https://clerk.example/handshake' } });
      },
    ],
    [
      'a token of a machine',
      /tokenType/,
      () => ({ tokenType: 'api_key', userId: 'user_ada', sessionClaims: null }),
    ],
  ])('refuses %s, and the log has the reason', async (_what, reason, getAuth) => {
    const gateway = hostedWith(getAuth);
    const { data, codes } = await gateway.ask(query);
    expect([data, codes]).toEqual([{ session: null }, ['UNAUTHENTICATED']]);
    const lines = gateway.logLines.map((line) => JSON.parse(line));
    expect(lines.find(({ refusal }) => refusal)?.refusal).toMatch(reason);
  });

  test.each<[string, RegExp, () => unknown]>([
    [
      'an auth function that throws',
      /Check that Clerk's middleware \(clerkMiddleware\) runs before the gateway/,
      () => {
        throw new Error('auth() was called by ada@example.com');
      },
    ],
    [
      'an error that looks like a response',
      /auth function failed/,
      () => {
        throw Object.assign(new Error('502'), { status: 502, headers: new Headers() });
      },
    ],
    ['no auth object', /has no auth object/, () => undefined],
    ['an auth object that is a function', /has no auth object/, () => () => signedIn()],
    ['another object', /has no auth object/, () => ({})],
    ['a user without claims', /no claims of a session token/, () => ({ userId: 'user_ada' })],
    [
      'claims without a session id',
      /sessionClaims\.sid/,
      () => ({ ...signedIn(), sessionClaims: sessionClaims({ sid: undefined }) }),
    ],
  ])('%s is reported in the answer and in the log, with what to change', async (_what, message, getAuth) => {
    const gateway = hostedWith(getAuth);
    const { codes, errors, text } = await gateway.ask(query);
    expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(errors[0]?.message).toMatch(message);
    const errorLines = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(errorLines).toEqual([expect.objectContaining({ msg: errors[0]?.message })]);
    expect(text + gateway.logLines.join('')).not.toContain('ada@');
  });

  test('reports a missing auth object with requireSession, too', async () => {
    const gateway = world.start({ requireSession: true, authenticate: clerkAuth(() => undefined) });
    const { errors } = await gateway.ask(query);
    expect(errors[0]?.message).toMatch(/has no auth object/);
  });
});
