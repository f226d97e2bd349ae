import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findToken, type Operations, operationOf } from '../../src/hive-gateway/operation-tokens.ts';
import type { SendOperation } from '../../src/hive-gateway/send-operation.ts';

const part = () => randomBytes(12).toString('base64url');
const contextOf = (headers: Record<string, string>) => ({ request: { headers: new Headers(headers) } });
const signedIn = () => contextOf({ authorization: `Bearer ${part()}` });

/** A gateway that mints a new token for each request. */
function fakeGateway(answer?: object) {
  let requests = 0;
  const send: SendOperation = async () => {
    requests += 1;
    const jwt = `${part()}.${part()}.${part()}`;
    return Response.json(answer ?? { data: { sessionToken: { jwt, expiresIn: 60 } } });
  };
  return { send, requests: () => requests };
}

describe('operationOf', () => {
  test('is the same for one context, and another for each other', () => {
    const operations: Operations = new WeakMap();
    const context = signedIn();
    expect(operationOf(operations, context)).toBe(operationOf(operations, context));
    expect(operationOf(operations, signedIn())).not.toBe(operationOf(operations, context));
  });

  test.each([
    ['no context', undefined],
    ['no request', {}],
    ['no headers', { request: {} }],
    ['a text', 'context'],
  ])('is of an anonymous caller with %s', (_what, context) => {
    expect(operationOf(new WeakMap(), context).credentials).toEqual({ kind: 'none' });
  });
});

describe('the operation of a WebSocket', () => {
  const overSocket = (connectionParams: object) => ({ ...contextOf({}), connectionParams });

  test('H01 has the caller of its connectionParams', () => {
    const authorization = `Bearer ${part()}`;
    const { credentials } = operationOf(new WeakMap(), overSocket({ Authorization: authorization }));
    expect(credentials).toEqual({ kind: 'headers', headers: { authorization } });
  });

  test('H03 keeps every token that it was opened with secret', () => {
    const [first, second] = [randomBytes(60), randomBytes(60)].map((bytes) => bytes.toString('base64url'));
    const context = {
      ...contextOf({ authorization: `Bearer ${first}` }),
      connectionParams: { authorization: second },
    };
    const { secrets } = operationOf(new WeakMap(), context);
    expect(secrets).toEqual({ authorizations: [second, `Bearer ${first}`], tokens: [second, first] });
  });
});

describe('findToken', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('H06 asks once for each template of an operation', async () => {
    const { send, requests } = fakeGateway();
    const operation = operationOf(new WeakMap(), signedIn());
    const tokens = await Promise.all(
      ['inventory', 'inventory', 'billing'].map((template) => findToken(operation, template, send)),
    );
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[2]).not.toEqual(tokens[0]);
    expect(await findToken(operation, 'inventory', send)).toBe(tokens[0]);
    expect(requests()).toBe(2);
  });

  test('H06 asks again when the token is about to expire', async () => {
    const { send, requests } = fakeGateway();
    const operation = operationOf(new WeakMap(), signedIn());
    const first = await findToken(operation, 'inventory', send);
    vi.advanceTimersByTime(54_999);
    expect(await findToken(operation, 'inventory', send)).toBe(first);
    vi.advanceTimersByTime(1);
    const [second, same] = [findToken(operation, 'inventory', send), findToken(operation, 'inventory', send)];
    expect(await second).not.toEqual(first);
    expect(await same).toBe(await second);
    expect(requests()).toBe(2);
  });

  test('asks again a second after a failure', async () => {
    const { send, requests } = fakeGateway({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    const operation = operationOf(new WeakMap(), signedIn());
    for (const wait of [0, 999, 1]) {
      vi.advanceTimersByTime(wait);
      expect(await findToken(operation, 'inventory', send)).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(requests()).toBe(2);
  });

  test('lets the gateway keep the host of the router alive, and shows it nothing else of its context', async () => {
    const [kept, hosts]: [unknown[], unknown[]] = [[], []];
    const host = {
      ...signedIn(),
      kept,
      waitUntil(work: Promise<unknown>) {
        this.kept.push(work);
      },
    };
    const send: SendOperation = async (_request, hostContext) => {
      hosts.push(hostContext);
      hostContext?.waitUntil(Promise.resolve());
      return Response.json({});
    };
    await findToken(operationOf(new WeakMap(), host), 'inventory', send);
    await findToken(operationOf(new WeakMap(), signedIn()), 'inventory', send);
    expect([kept.length, hosts]).toEqual([1, [{ waitUntil: expect.any(Function) }, undefined]]);
  });

  test('refuses credentials that Mintgate would refuse, without a request', async () => {
    const { send, requests } = fakeGateway();
    const operation = operationOf(new WeakMap(), contextOf({ authorization: 'Basic YTpi' }));
    expect(await findToken(operation, 'inventory', send)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(requests()).toBe(0);
  });
});
