import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { fuzzBothWays } from '../../../scripts/fuzz/both-ways.ts';
import { serveGateway } from '../../support/serve-gateway.ts';
import { createForge } from '../../support/tokens.ts';

const token = createForge().compact({ alg: 'RS256' }, { sub: 'user_ada' });

/** Compares two listeners. */
async function round(one: RequestListener, other: RequestListener) {
  const [first, second] = await Promise.all(
    [one, other].map(async (each) => new URL((await serveGateway(each)).url)),
  );
  const ports = [Number(first?.port), Number(second?.port)] as const;
  return fuzzBothWays({ ports, secrets: { token, key: 'none' } }, { seed: 7, runs: 25, timeLimit: 5_000 });
}

const answering =
  (body: (text: string) => string): RequestListener =>
  async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    response.end(body(text));
  };

test('X22 the fuzz test compares each request twice, without the values of tokens and times', async () => {
  let number = 0;
  const equal = answering((text) => {
    number += 1;
    return JSON.stringify({
      length: text.length,
      jwt: `eyJa.${number}.x`,
      claims: { jti: `id-${number}`, exp: number },
    });
  });
  expect(await round(equal, equal)).toEqual({ compared: 50, failure: undefined });
});

test('X22 the fuzz test finds another body, and reports seed and input without the token', async () => {
  const { failure } = await round(
    answering((text) => text),
    answering((text) => text.replace('jwt', 'jws')),
  );
  expect(failure).toMatch(/^the fast path answers .*; seed 7; input: \{"kind":"operation"/s);
  expect(failure).not.toContain(token);
});

test('X22 the fuzz test finds another header', async () => {
  const same = answering(() => '{}');
  const { failure } = await round(same, (request, response) => {
    response.setHeader('x-other', 'a');
    return same(request, response);
  });
  expect(failure).toContain('x-other: a');
});
