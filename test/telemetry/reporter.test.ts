import { describe, expect, test } from 'vitest';
import type { ChannelName, Channels } from '../../src/telemetry/channels.ts';
import { channelMessages } from '../../src/telemetry/channels.ts';
import type { Readings } from '../../src/telemetry/readings.ts';
import { createReporter, type Reporter } from '../../src/telemetry/reporter.ts';
import type { Telemetry } from '../../src/telemetry/telemetry.ts';
import type { RequestTrace, WorkSpan } from '../../src/telemetry/tracing.ts';

/** Creates channels that collect their messages. */
function startChannels(hasSubscribers = true) {
  const published: [ChannelName, object][] = [];
  const names = Object.keys(channelMessages) as ChannelName[];
  const channels = Object.fromEntries(
    names.map((name) => [
      name,
      { hasSubscribers, publish: (message: object) => void published.push([name, message]) },
    ]),
  ) as unknown as Channels;
  return { channels, published };
}

const ids = { trace_id: 'a', span_id: 'b' };
const trace: RequestTrace = { ids, isRecording: true, run: (work) => work(), end: () => {} };
const span: WorkSpan = { run: (work) => work(), linkActive: () => {}, end: () => {} };

/** Creates a telemetry that collects what is recorded. */
function startTelemetry() {
  const recorded: [string, unknown][] = [];
  const write = (name: string) => (event: unknown) => void recorded.push([name, event]);
  const telemetry: Telemetry = {
    observe: () => () => {},
    recordRequest: write('request'),
    recordMint: write('mint'),
    recordQueueWait: write('wait'),
    recordClerkCall: write('call'),
    recordRevocation: write('revocation'),
    isTracing: () => true,
    startRequest: () => trace,
    startSpan: () => span,
    activeIds: () => ids,
    runClerkCall: (_span, call) => call(),
  };
  return { telemetry, recorded };
}

const request = { method: 'GET', scheme: 'http', status: 200, durationMs: 1 } as const;
const mint = { template: 'a', outcome: 'minted', durationMs: 2, background: false, calls: 1 };
const call = { method: 'GET', template: '/v1/jwks', durationMs: 3, status: 200 } as const;
const revocation = { effect: 'drop', target: 'user', source: 'redis', delayMs: 4 } as const;

const work = { kind: 'authenticate' } as const;
const start = { ...request, startedAt: 0, header: () => undefined };
const fail = () => {
  throw new Error('a bug');
};

function reportAll(reporter: Reporter): void {
  reporter.request(request);
  reporter.authentication('refused');
  reporter.lookup('stale', 'a');
  reporter.mint(mint);
  reporter.queueWait(5);
  reporter.clerkCall(call);
  reporter.redisCommand('timeout');
  reporter.revocation(revocation);
}

describe('a reporter', () => {
  test('publishes messages that name the gateway', () => {
    const { channels, published } = startChannels();
    reportAll(createReporter({ gateway: 'gateway-7', channels }));
    const gateway = 'gateway-7';
    expect(published).toEqual([
      ['request', { gateway, ...request }],
      ['authenticate', { gateway, outcome: 'refused' }],
      ['cache', { gateway, template: 'a', result: 'stale' }],
      ['mint', { gateway, ...mint }],
      ['revocation', { gateway, ...revocation }],
    ]);
  });

  test('publishes no field that is not described', () => {
    const { channels, published } = startChannels();
    reportAll(createReporter({ channels }));
    const unknown = published.flatMap(
      ([name, { gateway: _, ...fields }]: [ChannelName, { gateway?: string }]) =>
        Object.keys(fields).filter((field) => !Object.hasOwn(channelMessages[name].fields, field)),
    );
    expect(unknown).toEqual([]);
  });

  test('publishes nothing to channels without subscribers', () => {
    const { channels, published } = startChannels(false);
    reportAll(createReporter({ channels }));
    expect(published).toEqual([]);
  });

  test("records events, with the address of Clerk's Backend API", () => {
    const { telemetry, recorded } = startTelemetry();
    reportAll(createReporter({ telemetry, apiUrl: 'https://api.clerk.com' }));
    expect(recorded).toEqual([
      ['request', request],
      ['mint', mint],
      ['wait', 5],
      ['call', { ...call, serverAddress: 'api.clerk.com', serverPort: 443 }],
      ['revocation', revocation],
    ]);
  });

  test.each([
    ['http://127.0.0.1:4010/', '127.0.0.1', 4010],
    ['http://clerk.internal', 'clerk.internal', 80],
  ])('takes the address from %s', (apiUrl, serverAddress, serverPort) => {
    const { telemetry, recorded } = startTelemetry();
    createReporter({ telemetry, apiUrl }).clerkCall(call);
    expect(recorded).toEqual([['call', { ...call, serverAddress, serverPort }]]);
  });

  test('is observed by its id until that ends', () => {
    const seen: unknown[] = [];
    const { telemetry } = startTelemetry();
    const observe: Telemetry['observe'] = (gateway, read) => {
      seen.push([gateway, read()]);
      return () => void seen.push('ended');
    };
    const reporter = createReporter({ gateway: 'gateway-7', telemetry: { ...telemetry, observe } });
    reporter.observe(() => ({ tokensHeld: 1 }) as Readings)();
    expect(seen).toEqual([['gateway-7', { tokensHeld: 1 }], 'ended']);
  });

  test('tells whether somebody receives answered requests', () => {
    const { telemetry } = startTelemetry();
    const observes = (options: Parameters<typeof createReporter>[0]) =>
      createReporter(options).observesRequests;
    expect([{}, { telemetry }].map(observes)).toEqual([false, true]);
    expect([true, false].map((has) => observes(startChannels(has)))).toEqual([true, false]);
  });

  test('counts without telemetry and channels', () => {
    const reporter = createReporter();
    reportAll(reporter);
    const { authentications, lookups, redisCommands } = reporter.counts;
    expect([authentications.refused, lookups.stale, redisCommands.timeout]).toEqual([1, 1, 1]);
    expect(Object.values(lookups).reduce((sum, count) => sum + count)).toBe(1);
  });

  test('does not throw where the telemetry does', () => {
    const { telemetry } = startTelemetry();
    const faulty = Object.fromEntries(Object.keys(telemetry).map((name) => [name, fail]));
    const reporter = createReporter({ telemetry: faulty as unknown as Telemetry });
    reportAll(reporter);
    reporter.observe(() => ({}) as Readings)();
    expect(reporter.counts.lookups.stale).toBe(1);
    expect([reporter.startRequest(start), reporter.startSpan(work), reporter.activeIds()]).toEqual(
      Array(3).fill(undefined),
    );
    expect(reporter.runClerkCall(undefined, () => 'answered')).toBe('answered');
  });

  test('does the work once where a span fails, and throws what the work throws', () => {
    const faulty = { run: fail, linkActive: fail, end: fail };
    const { telemetry } = startTelemetry();
    const reporter = createReporter({
      telemetry: { ...telemetry, startSpan: () => faulty, startRequest: () => ({ ...trace, ...faulty }) },
    });
    const parts = [reporter.startSpan(work), reporter.startRequest(start)];
    for (const part of parts) expect(part?.run(() => 'done')).toBe('done');
    reporter.startSpan(work)?.linkActive();
    reporter.startSpan(work)?.end({});
    reporter.startRequest(start)?.end(request);
    let runs = 0;
    const failing = () => {
      runs += 1;
      throw new Error('the work failed');
    };
    const sound = createReporter({ telemetry });
    expect(() => sound.startSpan(work)?.run(failing)).toThrow('the work failed');
    expect(runs).toBe(1);
  });

  test('makes no spans without telemetry', () => {
    const reporter = createReporter();
    expect(reporter.isTracing()).toBe(false);
    expect([reporter.startRequest(start), reporter.startSpan(work), reporter.activeIds()]).toEqual(
      Array(3).fill(undefined),
    );
    expect(reporter.runClerkCall(undefined, () => 'answered')).toBe('answered');
  });
});
