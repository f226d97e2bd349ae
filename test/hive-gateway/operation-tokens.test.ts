import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findToken, type Operations, operationOf } from '../../src/hive-gateway/operation-tokens.ts';
import type { SendOperation } from '../../src/hive-gateway/request-token.ts';

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

  test('refuses credentials that Mintgate would refuse, without a request', async () => {
    const { send, requests } = fakeGateway();
    const operation = operationOf(new WeakMap(), contextOf({ authorization: 'Basic YTpi' }));
    expect(await findToken(operation, 'inventory', send)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(requests()).toBe(0);
  });
});
