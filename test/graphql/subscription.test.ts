import { parse, subscribe } from 'graphql';
import { expect, test } from 'vitest';
import { gatewayError } from '../../src/errors.ts';
import type { GatewayContext } from '../../src/graphql/context.ts';
import { createResultUsage } from '../../src/graphql/result-usage.ts';
import { schema } from '../../src/graphql/schema.ts';
import type { MintedToken } from '../../src/mint/minted-token.ts';

const document = parse('subscription ($t: String!) { sessionToken(template: $t) { jwt expiresIn } }');
const token = { jwt: 'a.b.c', expiresAt: 60, claims: {} } as unknown as MintedToken;

/** Subscribes with this stream of events. */
function run(template: string, open: GatewayContext['openTokenStream']) {
  const contextValue = { openTokenStream: open, resultUsage: createResultUsage(), now: () => 0 };
  return {
    contextValue,
    result: subscribe({ schema, document, contextValue, variableValues: { t: template } }),
  };
}

test('each event is a token, or the error that ends the stream', async () => {
  const { result } = run('hasura', async () =>
    (async function* () {
      yield { kind: 'token', token } as never;
      yield { kind: 'error', error: gatewayError('UNAUTHENTICATED') } as never;
    })(),
  );
  const events = [];
  for await (const event of (await result) as AsyncIterable<object>) events.push(event);
  expect(events).toMatchObject([
    { data: { sessionToken: { jwt: 'a.b.c', expiresIn: 60 } } },
    { data: { sessionToken: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  ]);
});

test('X15 each event counts its own size', async () => {
  const { contextValue, result } = run('hasura', async () =>
    (async function* () {
      for (let sent = 0; sent < 3; sent += 1) yield { kind: 'token', token } as never;
    })(),
  );
  for await (const _event of (await result) as AsyncIterable<object>)
    expect(contextValue.resultUsage.tokenBytes).toBe('"a.b.c"'.length);
});

test.each(['', '../x', 'a b'])('T02 no stream is opened for the template name %j', async (template) => {
  let opened = 0;
  const { result } = run(template, async () => {
    opened += 1;
    throw new Error('expected no stream');
  });
  expect(await result).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(opened).toBe(0);
});
