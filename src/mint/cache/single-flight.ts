import { type Failed, failed, type Mint } from '../../clerk/get-token.ts';
import { gatewayError } from '../../errors.ts';
import { describeError } from '../../logging/describe-error.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import type { Revocations } from '../../revocation/revocations.ts';
import { unref } from '../../time/unref.ts';
import { type MintFailure, unavailable } from '../mint-failure.ts';
import type { MintedToken } from '../minted-token.ts';

/** A mint under way, which others with the same key may wait for. */
export interface Flight {
  /** When it began, in the order of this process. */
  readonly order: number;
  /** By the clock of `monotonicNow`. */
  readonly startedAt: number;
  /** Whether its token is minted for it, and not one that another instance has minted before. */
  readonly fresh: boolean;
  /** Never rejects. */
  readonly landing: Promise<Landing>;
}

/** What a flight ended with. */
export type Landing =
  | {
      readonly kind: 'token';
      readonly token: MintedToken;
      readonly source: 'clerk' | 'shared';
      /** When the mint began, or the token was taken from the shared layer, in the order of this process. */
      readonly order: number;
    }
  | Failed;

/** The mints under way, one for each key. */
export interface SingleFlight {
  /** Finds a flight that a request may join: one that is neither too old nor begun before something was taken back. */
  joinable(key: string, mint: Mint, demand: FlightDemand): Flight | undefined;
  /** Begins a flight. @param fly - what it does; told its order. @param listing - none, if nobody may join */
  start(fly: (order: number) => Promise<Landing>, listing?: FlightListing): Flight;
  /** Waits for a flight. @param milliseconds - how long */
  landed(flight: Flight, milliseconds: number): Promise<Landing>;
}

/** What a request demands of a flight that it joins. */
export interface FlightDemand {
  /** The order after which it must have begun. */
  after: number;
  /** Whether it must be a fresh one. */
  fresh: boolean;
}

/** How others find a flight. */
export interface FlightListing {
  key: string;
  fresh: boolean;
}

export interface SingleFlightOptions {
  revocations: Revocations;
  log: Pick<GatewayLogger, 'error'>;
  /** How long a request may take, in milliseconds. */
  deadline: number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
}

/** Clerk counts as too slow after this, in milliseconds, or after most of a shorter deadline. */
const timeForClerk = 1_000;
/** A flight older than this is not joined, in milliseconds. */
const joinableFor = 3_000;

export function createSingleFlight({
  revocations,
  log,
  deadline,
  monotonicNow,
}: SingleFlightOptions): SingleFlight {
  const flights = new Map<string, Flight>();

  /** A request that came late to Clerk, because the host's `allow` took its time, says nothing about Clerk. @param age - milliseconds */
  function tooLate(age: number): MintFailure {
    const reason = 'no token within the deadline';
    return unavailable(age < Math.min(timeForClerk, 0.8 * deadline) ? 'late' : 'deadline', reason);
  }

  /** What nobody expected to fail must not leave a waiter without an answer. */
  async function safely(landing: Promise<Landing>): Promise<Landing> {
    try {
      return await landing;
    } catch (error) {
      log.error(describeError(error), 'minting failed unexpectedly');
      return failed({ kind: 'internal', error: gatewayError('INTERNAL_SERVER_ERROR'), traceId: undefined });
    }
  }

  return {
    joinable(key, { caller }, { after, fresh }) {
      const flight = flights.get(key);
      if (flight === undefined || flight.order <= after) return undefined;
      if (fresh && !flight.fresh) return undefined;
      if (monotonicNow() - flight.startedAt >= joinableFor) return undefined;
      const isVoid = revocations.voids(caller, { order: flight.order, issuedAt: Number.POSITIVE_INFINITY });
      return isVoid ? undefined : flight;
    },
    start(fly, listing) {
      const order = revocations.tick();
      const fresh = listing?.fresh ?? false;
      const flight: Flight = { order, startedAt: monotonicNow(), fresh, landing: safely(fly(order)) };
      if (listing === undefined) return flight;
      const { key } = listing;
      flights.set(key, flight);
      void flight.landing.then(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
      return flight;
    },
    landed: (flight, milliseconds) =>
      new Promise((resolve) => {
        const late = () => resolve(failed(tooLate(monotonicNow() - flight.startedAt)));
        const timer = setTimeout(late, milliseconds);
        unref(timer);
        void flight.landing.then((outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        });
      }),
  };
}
