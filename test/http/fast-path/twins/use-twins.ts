import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { GatewayOptions } from '../../../../src/index.ts';
import { createForge } from '../../../support/tokens.ts';
import type { WireAnswer } from '../../../support/wire-client.ts';
import type { Ask } from './requests.ts';
import { type Credentials, createCredentials, sendByWire, toWire } from './send.ts';
import { settle, startTwins, type Twin, type Twins, takeReports } from './twins.ts';

/** A query for one token. */
export const hasura = '{ sessionToken(template: "hasura") { jwt } }';

/** Returns a request with a JSON body. @param params - the parameters, or the query */
export function askOf(params: object | string, more: Partial<Ask> = {}): Ask {
  return {
    ...{ method: 'POST', target: '/graphql', headers: [['content-type', 'application/json']] },
    ...{ framing: 'exact', caller: 'ada', renewsSession: 'when due' },
    body: JSON.stringify(typeof params === 'string' ? { query: params } : params),
    ...more,
  };
}

/** Starts two gateways for the tests of a file, and new ones before each test. */
export function useTwins() {
  const state = {} as { twins: Twins; credentials: Credentials };
  beforeAll(async () => {
    state.twins = await startTwins();
  });
  afterAll(() => state.twins.close());
  const restart = async (options: Partial<GatewayOptions> = {}) => {
    await state.twins.restart(options);
    state.credentials = createCredentials(state.twins.forge, createForge());
  };
  beforeEach(() => restart());

  /** Compares what both gateways have reported since the last call. */
  async function expectEqualReports() {
    await settle(state.twins);
    const [fast, yoga] = state.twins.both.map(takeReports);
    expect(fast).toEqual(yoga);
    return { logged: fast?.logged ?? [], audited: fast?.audited ?? [] };
  }

  return {
    get twins() {
      return state.twins;
    },
    /** Replaces both gateways. */
    restart,
    expectEqualReports,
    /** Returns the headers with the credentials of a request. */
    credentials: (ask: Ask) => state.credentials(ask),
    /** Does the same to both gateways. */
    both: <T>(act: (twin: Twin) => Promise<T>) => Promise.all(state.twins.both.map(act)),
    /** Sends a request to both gateways, compares them, and returns the answer, and whether the fast path has given it. */
    async ask(params: object | string, more: Partial<Ask> = {}) {
      const request = askOf(params, more);
      const wire = toWire(request, state.credentials(request));
      const { both } = state.twins;
      const before = both[0].gateway.stats().requests.fastPath;
      const [fast, yoga] = await Promise.all(both.map((twin) => sendByWire(twin, wire)));
      expect(fast).toEqual(yoga);
      const reports = await expectEqualReports();
      const [answer] = fast as [WireAnswer];
      const isFast = both[0].gateway.stats().requests.fastPath > before;
      return { ...answer, ...reports, isFast, text: Buffer.from(answer.body, 'latin1').toString() };
    },
  };
}

/** Returns the values of a header. */
export function valuesOf({ headers }: Pick<WireAnswer, 'headers'>, name: string): string[] {
  return headers.filter(([other]) => other === name).map(([, value]) => value);
}
