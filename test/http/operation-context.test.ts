import { describe, expect, test, vi } from 'vitest';
import { type Authentication, anonymous, refused } from '../../src/auth/authentication.ts';
import { callerFromClaims } from '../../src/auth/caller.ts';
import { gatewayError } from '../../src/errors.ts';
import { createContextFactory, type OperationContextOptions } from '../../src/http/operation-context.ts';
import { recordOf } from '../../src/http/request-record.ts';
import { sessionClaims } from '../support/tokens.ts';

const caller = callerFromClaims(sessionClaims() as never);
const revoked: Authentication = { kind: 'refused', reason: 'revoked', caller };

/** Returns the context of one operation, whose authentication has this outcome, and records of the calls that it makes. */
function begin(outcome: Authentication | Error, serverContext: object = {}) {
  const authenticate = vi.fn(async (_request: Request, _hostContext: unknown) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  const open = vi.fn();
  const onRefused = vi.fn();
  const info = vi.fn();
  const mintToken = vi.fn(async () => ({}));
  const options = { authenticate, mintToken, streams: { open }, onRefused, log: { info }, now: () => 5 };
  const request = new Request('https://x.example/graphql');
  const context = createContextFactory(options as unknown as OperationContextOptions)({
    request,
    ...serverContext,
  });
  return { context, authenticate, mintToken, open, onRefused, info, request, record: recordOf(request) };
}

describe('the caller of an operation', () => {
  test('is authenticated at the first call, and once', async () => {
    const { context, authenticate } = begin({ kind: 'authenticated', caller });
    expect(authenticate).not.toHaveBeenCalled();
    expect(await context.getCaller()).toBe(caller);
    expect(await context.requireTokenCaller('hasura')).toBe(caller);
    expect(authenticate).toHaveBeenCalledOnce();
  });

  test('is null without credentials, and a token field needs one', async () => {
    const { context, onRefused } = begin(anonymous);
    expect(await context.getCaller()).toBeNull();
    await expect(context.requireTokenCaller('hasura')).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(onRefused).not.toHaveBeenCalled();
  });

  test.each<[Authentication | Error, string, string]>([
    [refused('token-expired'), 'token-expired', 'UNAUTHENTICATED'],
    [
      refused('wrong party', 'it names https://x.example'),
      'wrong party: it names https://x.example',
      'UNAUTHENTICATED',
    ],
    [gatewayError('UPSTREAM_UNAVAILABLE', { reason: 'no keys' }), 'no keys', 'UPSTREAM_UNAVAILABLE'],
  ])('is refused, and the record of the request has the reason: %s', async (outcome, refusal, code) => {
    const { context, record } = begin(outcome);
    await expect(context.getCaller()).rejects.toMatchObject({ extensions: { code } });
    expect(record.refusal).toBe(refusal);
  });

  test('is refused with the error of the host, of which the record holds nothing', async () => {
    const { context, record } = begin(new Error('secret'));
    await expect(context.getCaller()).rejects.toThrow('secret');
    expect(record.refusal).toBe('authentication failed unexpectedly');
  });

  test('is authenticated by the host context, or by the request and response of node:http', async () => {
    for (const [serverContext, hostContext] of [
      [{ hostContext: { a: 1 }, req: 2, res: 3 }, { a: 1 }],
      [
        { req: 2, res: 3 },
        { req: 2, res: 3 },
      ],
    ] as const) {
      const { context, authenticate, request } = begin(anonymous, serverContext);
      await context.getCaller();
      expect(authenticate).toHaveBeenCalledWith(request, hostContext);
    }
  });
});

test('a verified caller with a revoked session is audited once for each template', async () => {
  const { context, onRefused } = begin(revoked);
  for (const template of ['hasura', 'hasura', 'nhost'])
    await expect(context.requireTokenCaller(template)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  expect(
    onRefused.mock.calls.map(([subject, , reason]) => [subject.caller, subject.template, reason]),
  ).toEqual([
    [caller, 'hasura', 'revoked'],
    [caller, 'nhost', 'revoked'],
  ]);
});

describe('a token stream', () => {
  test('is opened for the caller, counts its mints, and logs its end', async () => {
    const { context, open, info, request, record } = begin({ kind: 'authenticated', caller });
    await context.openTokenStream('hasura');
    const [stream] = open.mock.calls[0] ?? [];
    expect(stream).toMatchObject({ caller, template: 'hasura', signal: request.signal });
    stream.onMint();
    expect(record.mints).toBe(1);
    stream.onEnd({ tokens: 2 });
    expect(info.mock.calls).toEqual([
      [expect.objectContaining({ outcome: 'OK', tokens: 2 }), 'subscription ended'],
    ]);
  });

  test('is not opened without a caller', async () => {
    const { context, open } = begin(anonymous);
    await expect(context.openTokenStream('hasura')).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(open).not.toHaveBeenCalled();
  });
});

test('each operation has its own tokens, each loaded once, and its own empty result', async () => {
  const [first, second] = [
    begin({ kind: 'authenticated', caller }),
    begin({ kind: 'authenticated', caller }),
  ];
  const key = { template: 'hasura', mode: 'cached' } as const;
  await Promise.all([first.context.loadToken(key), first.context.loadToken(key)]);
  expect([first.mintToken.mock.calls.length, second.mintToken.mock.calls.length]).toEqual([1, 0]);
  expect(first.context.resultUsage).not.toBe(second.context.resultUsage);
  expect([first.context.resultUsage.tokenBytes, first.context.now()]).toEqual([0, 5]);
});
