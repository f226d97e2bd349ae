import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Endpoint } from '../../../src/local-clerk/endpoints.ts';
import {
  applyFaults,
  clearFaults,
  createFaults,
  type Faults,
  hangRequests,
  queueAnswers,
  setFixedAnswer,
  setLatency,
} from '../../../src/local-clerk/fault-injection/faults.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const mint = 'POST /v1/sessions/{session_id}/tokens/{template_name}';
const getUser = 'GET /v1/users/{user_id}';

let faults: Faults;
beforeEach(() => {
  faults = createFaults();
});

const statusFor = async (endpoint: Endpoint) => (await applyFaults(faults, endpoint))?.status;

test('without faults, the real answer is sent', async () => {
  expect(await applyFaults(faults, mint)).toBeUndefined();
});

describe('queued answers', () => {
  test('are sent in order, one for each request', async () => {
    queueAnswers(faults, [{ status: 500 }, { status: 503 }], mint);
    queueAnswers(faults, [{ status: 502 }], mint);
    expect([await statusFor(mint), await statusFor(mint), await statusFor(mint)]).toEqual([500, 503, 502]);
    expect(await statusFor(mint)).toBeUndefined();
  });

  test('for one endpoint take precedence over those for all, and none is lost', async () => {
    queueAnswers(faults, [{ status: 503 }, { status: 502 }]);
    queueAnswers(faults, [{ status: 500 }], mint);
    expect([await statusFor(mint), await statusFor(mint), await statusFor(getUser)]).toEqual([500, 503, 502]);
  });

  test('take precedence over a fixed answer', async () => {
    setFixedAnswer(faults, { status: 418 }, mint);
    queueAnswers(faults, [{ status: 409 }]);
    expect([await statusFor(mint), await statusFor(mint)]).toEqual([409, 418]);
  });

  test('are sent in the order of the requests, even when the first request waits longer', async () => {
    queueAnswers(faults, [{ status: 500 }, { status: 503 }]);
    const release = hangRequests(faults, mint);
    const first = statusFor(mint);
    expect(await statusFor(getUser)).toBe(503);
    release();
    expect(await first).toBe(500);
  });
});

describe('a fixed answer', () => {
  test('is sent until it is removed, and one for an endpoint takes precedence over one for all', async () => {
    setFixedAnswer(faults, { status: 500 });
    setFixedAnswer(faults, { status: 418 }, mint);
    expect([await statusFor(mint), await statusFor(getUser)]).toEqual([418, 500]);
    setFixedAnswer(faults, null, mint);
    expect(await statusFor(mint)).toBe(500);
    setFixedAnswer(faults, null);
    expect(await statusFor(mint)).toBeUndefined();
  });
});

describe('latency', () => {
  const time = useFakeTime();

  test('delays only its endpoint', async () => {
    setLatency(faults, 5_000, mint);
    const settled = vi.fn();
    void applyFaults(faults, mint).then(settled);
    await applyFaults(faults, getUser);
    await time.pass(4.999);
    expect(settled).not.toHaveBeenCalled();
    await time.pass(0.001);
    expect(settled).toHaveBeenCalledOnce();
  });

  test('of 0 for one endpoint overrides the latency of all', async () => {
    setLatency(faults, 5_000);
    setLatency(faults, 0, mint);
    await applyFaults(faults, mint);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends when faults are cleared', async () => {
    setLatency(faults, 60_000);
    const waiting = applyFaults(faults, mint);
    await time.pass(59.999);
    clearFaults(faults);
    await expect(waiting).resolves.toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a hang', () => {
  test('holds the requests of its endpoint until it is released', async () => {
    const release = hangRequests(faults, mint);
    const settled = vi.fn();
    const waiting = Promise.all([applyFaults(faults, mint), applyFaults(faults, mint)]).then(settled);
    await applyFaults(faults, getUser);
    expect(settled).not.toHaveBeenCalled();
    release();
    await waiting;
    await applyFaults(faults, mint);
  });

  test('ends only with the last of several', async () => {
    const [first, second] = [hangRequests(faults), hangRequests(faults, mint)];
    const settled = vi.fn();
    const waiting = applyFaults(faults, mint).then(settled);
    first();
    await applyFaults(faults, getUser);
    expect(settled).not.toHaveBeenCalled();
    second();
    await waiting;
  });

  test('ends when faults are cleared, and the fixed answer is removed', async () => {
    hangRequests(faults);
    setFixedAnswer(faults, { status: 500 });
    queueAnswers(faults, [{ status: 503 }], getUser);
    const waiting = statusFor(mint);
    clearFaults(faults);
    expect(await waiting).toBeUndefined();
    expect(await statusFor(getUser)).toBeUndefined();
  });
});

describe('invalid arguments are refused', () => {
  const misspelt = 'POST /v1/session/{session_id}/tokens' as Endpoint;

  test.each<[string, () => void]>([
    ['setLatency', () => setLatency(faults, 1, misspelt)],
    ['queueAnswers', () => queueAnswers(faults, [{ status: 500 }], misspelt)],
    ['setFixedAnswer', () => setFixedAnswer(faults, { status: 500 }, misspelt)],
    ['hangRequests', () => hangRequests(faults, misspelt)],
  ])('an endpoint that does not exist: %s', (_name, use) => {
    expect(use).toThrow('no endpoint "POST /v1/session/');
  });

  test('an answer that cannot be sent', () => {
    expect(() => queueAnswers(faults, [{ status: 99 }])).toThrow('cannot send this answer');
    expect(() => setFixedAnswer(faults, { status: 99 })).toThrow('cannot send this answer');
  });

  test.each([Number.POSITIVE_INFINITY, -1, 2 ** 31])('a latency of %d', (ms) => {
    expect(() => setLatency(faults, ms)).toThrow(
      'as the latency in milliseconds: use a whole number from 0 to 2147483647',
    );
  });
});
