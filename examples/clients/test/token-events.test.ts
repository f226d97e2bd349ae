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

/** Subscribes to a gateway with these answers; the last one repeats. */
async function follow(
  { onTestFinished }: TestContext,
  answers: Answer[],
  sessionToken: SessionToken = async () => 'held',
) {
  const asked: IncomingHttpHeaders[] = [];
  const reported: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    asked.push(request.headers);
    answers[Math.min(asked.length, answers.length) - 1]?.(response);
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
  return { asked, reported, end };
}

const aWhile = () => new Promise((resolve) => setTimeout(resolve, 2500));

test.concurrent('subscribes again when the stream is complete', async (context) => {
  const { expect } = context;
  const { reported } = await follow(context, [complete(token(60)), open(token(60))]);
  await expect.poll(() => reported).toEqual(['token', 'token']);
});

test.concurrent('subscribes again when a token is over and no successor has come: the connection is dead', async (context) => {
  const { expect } = context;
  const { reported, asked } = await follow(context, [open(token(1)), open(token(60))]);
  await expect.poll(() => reported).toEqual(['token', 'token']);
  await aWhile();
  expect(asked).toHaveLength(2);
});

test.concurrent('tells of what passes, waits as long as it is reported to, and asks again', async (context) => {
  const { expect } = context;
  const { reported } = await follow(context, [
    complete(refusal('RATE_LIMITED', 1)),
    status(503),
    open(token(60)),
  ]);
  await expect.poll(() => reported, { timeout: 20_000 }).toEqual(['RATE_LIMITED', 'token']);
});

test.concurrent('asks once more with a new session token when the one that is held is refused', async (context) => {
  const { expect } = context;
  const given: boolean[] = [];
  const { reported, asked } = await follow(
    context,
    [complete(refusal('UNAUTHENTICATED')), open(token(60))],
    async ({ skipCache }) => {
      given.push(skipCache);
      return skipCache ? 'new' : 'held';
    },
  );
  await expect.poll(() => reported).toEqual(['token']);
  expect(given).toEqual([false, true]);
  expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer held', 'Bearer new']);
});

test.concurrent.for([
  ['twice unauthenticated', 2, [complete(refusal('UNAUTHENTICATED'))], ['UNAUTHENTICATED', 'complete']],
  ['forbidden', 1, [complete(refusal('FORBIDDEN'))], ['FORBIDDEN', 'complete']],
  ['unauthorized by its status, twice', 2, [status(401)], ['error']],
  ['refused by its status', 1, [status(403)], ['error']],
] satisfies [string, number, Answer[], string[]][])(
  'gives up when it is %s',
  async ([_what, times, answers, end], context) => {
    const { expect } = context;
    const { reported, asked } = await follow(context, answers);
    await expect.poll(() => reported).toEqual(end);
    await aWhile();
    expect(asked).toHaveLength(times);
  },
);

test.concurrent('gives up when nobody is signed in', async (context) => {
  const { expect } = context;
  const { reported, asked } = await follow(context, [complete(refusal('UNAUTHENTICATED'))], async () => null);
  await expect.poll(() => reported).toEqual(['UNAUTHENTICATED', 'complete']);
  expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test.concurrent('gives up with what the gateway said when Clerk has no new session token', async (context) => {
  const { expect } = context;
  const { reported, asked } = await follow(
    context,
    [complete(refusal('UNAUTHENTICATED'))],
    async ({ skipCache }) => {
      if (skipCache) throw new Error('over');
      return 'held';
    },
  );
  await expect.poll(() => reported).toEqual(['UNAUTHENTICATED', 'complete']);
  expect(asked).toHaveLength(1);
});

test.concurrent('asks again when the session token cannot be had for a while', async (context) => {
  const { expect } = context;
  let tries = 0;
  const { reported } = await follow(context, [open(token(60))], async () => {
    tries += 1;
    if (tries === 1) throw new Error('offline');
    return 'held';
  });
  await expect.poll(() => reported).toEqual(['token']);
});

test.concurrent('says and asks nothing more once it is ended', async (context) => {
  const { expect } = context;
  const { reported, asked, end } = await follow(context, [complete(token(60))]);
  await expect.poll(() => reported).toEqual(['token']);
  end();
  await aWhile();
  expect([reported, asked.length]).toEqual([['token'], 1]);
});
