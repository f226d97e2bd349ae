import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { type TestContext, test } from 'vitest';
import { listen, stop } from '../../listen.ts';
import { followTokens, type SessionToken } from '../token-events.ts';

/** The answer of the gateway to one connection. */
type Answer = (response: ServerResponse) => void;

const events = { 'content-type': 'text/event-stream' };
const token = (expiresIn: number) => ({ data: { sessionToken: { jwt: 'a.b.c', expiresIn } } });
const refusal = (code: string, retryAfter?: number) => ({
  errors: [{ message: code, extensions: { code, ...(retryAfter && { retryAfter }) } }],
});

/** Sends results, then the event complete. */
const complete =
  (...results: object[]): Answer =>
  (response) => {
    open(...results)(response);
    response.end('event: complete\ndata:\n\n');
  };

/** Sends results, and keeps the stream open. */
const open =
  (...results: object[]): Answer =>
  (response) => {
    response.writeHead(200, events);
    for (const result of results) response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  };

const status =
  (code: number): Answer =>
  (response) =>
    void response.writeHead(code, { 'content-type': 'application/json' }).end('{}');

/** Subscribes to a gateway that gives these answers in order, and repeats the last one. */
async function follow(
  { onTestFinished }: TestContext,
  answers: Answer[],
  sessionToken: SessionToken = async () => 'held',
) {
  const requests: IncomingHttpHeaders[] = [];
  const reported: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    requests.push(request.headers);
    answers[Math.min(requests.length, answers.length) - 1]?.(response);
  });
  const url = await listen(server);
  onTestFinished(() => stop(server));
  const end = followTokens(
    url,
    sessionToken,
    { query: 'subscription { x }' },
    {
      next: ({ errors }) => reported.push(String(errors?.[0]?.extensions?.code ?? 'token')),
      error: () => reported.push('error'),
      complete: () => reported.push('complete'),
    },
  );
  onTestFinished(end);
  return { requests, reported, end };
}

const aWhile = () => new Promise((resolve) => setTimeout(resolve, 2500));

test.concurrent('subscribes again when the stream is complete', async (context) => {
  const { expect } = context;
  const { reported } = await follow(context, [complete(token(60)), open(token(60))]);
  await expect.poll(() => reported).toEqual(['token', 'token']);
});

test.concurrent('subscribes again when a token has expired without a successor, because the connection is dead', async (context) => {
  const { expect } = context;
  const { reported, requests } = await follow(context, [open(token(1)), open(token(60))]);
  await expect.poll(() => reported).toEqual(['token', 'token']);
  await aWhile();
  expect(requests).toHaveLength(2);
});

test.concurrent('reports a temporary refusal, waits for its retryAfter, and subscribes again', async (context) => {
  const { expect } = context;
  const { reported } = await follow(context, [
    complete(refusal('RATE_LIMITED', 1)),
    status(503),
    open(token(60)),
  ]);
  await expect.poll(() => reported, { timeout: 20_000 }).toEqual(['RATE_LIMITED', 'token']);
});

test.concurrent('subscribes once more with a new session token when the gateway refuses the held one', async (context) => {
  const { expect } = context;
  const skipped: boolean[] = [];
  const { reported, requests } = await follow(
    context,
    [complete(refusal('UNAUTHENTICATED')), open(token(60))],
    async ({ skipCache }) => {
      skipped.push(skipCache);
      return skipCache ? 'new' : 'held';
    },
  );
  await expect.poll(() => reported).toEqual(['token']);
  expect(skipped).toEqual([false, true]);
  expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer held', 'Bearer new']);
});

test.concurrent.for([
  ['two UNAUTHENTICATED errors', 2, [complete(refusal('UNAUTHENTICATED'))], ['UNAUTHENTICATED', 'complete']],
  ['a FORBIDDEN error', 1, [complete(refusal('FORBIDDEN'))], ['FORBIDDEN', 'complete']],
  ['two answers with status 401', 2, [status(401)], ['error']],
  ['an answer with status 403', 1, [status(403)], ['error']],
] satisfies [string, number, Answer[], string[]][])(
  'gives up after %s',
  async ([_what, times, answers, end], context) => {
    const { expect } = context;
    const { reported, requests } = await follow(context, answers);
    await expect.poll(() => reported).toEqual(end);
    await aWhile();
    expect(requests).toHaveLength(times);
  },
);

test.concurrent('gives up when no session is signed in', async (context) => {
  const { expect } = context;
  const { reported, requests } = await follow(
    context,
    [complete(refusal('UNAUTHENTICATED'))],
    async () => null,
  );
  await expect.poll(() => reported).toEqual(['UNAUTHENTICATED', 'complete']);
  expect(requests.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test.concurrent('gives up with the error of the gateway when Clerk has no new session token', async (context) => {
  const { expect } = context;
  const { reported, requests } = await follow(
    context,
    [complete(refusal('UNAUTHENTICATED'))],
    async ({ skipCache }) => {
      if (skipCache) throw new Error('the session has ended');
      return 'held';
    },
  );
  await expect.poll(() => reported).toEqual(['UNAUTHENTICATED', 'complete']);
  expect(requests).toHaveLength(1);
});

test.concurrent('subscribes again after the session token was temporarily unavailable', async (context) => {
  const { expect } = context;
  let tries = 0;
  const { reported } = await follow(context, [open(token(60))], async () => {
    tries += 1;
    if (tries === 1) throw new Error('offline');
    return 'held';
  });
  await expect.poll(() => reported).toEqual(['token']);
});

test.concurrent('reports nothing and sends no request after its end', async (context) => {
  const { expect } = context;
  const { reported, requests, end } = await follow(context, [complete(token(60))]);
  await expect.poll(() => reported).toEqual(['token']);
  end();
  await aWhile();
  expect([reported, requests.length]).toEqual([['token'], 1]);
});
