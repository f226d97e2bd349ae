import { LRUCache } from 'lru-cache';
import type { Caller } from '../auth/caller.ts';
import type { FindCaller } from '../auth/caller-cache.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { Deliverable, FindDeliverable } from '../mint/mint-token.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import type { RequestEvent } from '../telemetry/events.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import type { ReadHeader, RequestTrace } from '../telemetry/tracing.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import {
  type AnswerSkeleton,
  createSkeleton,
  fillAnswer,
  type Operation,
} from './fast-path/answer-skeleton.ts';
import { maxTemplatesPerOperation } from './operation-context.ts';
import { logOperation } from './operation-log.ts';
import type { RequestCounts } from './request-counts.ts';

/** A POST request of the form that the fast path answers: JSON in UTF-8, an `Authorization` header, no unusual header. */
export interface PlainRequest {
  readonly authorization: string;
  /** The headers on which those of the answer depend; empty where missing. */
  readonly accept: string;
  readonly origin: string;
  readonly scheme: 'http' | 'https';
  /** The body. */
  readonly text: string;
  /** When the request arrived, on the monotonic clock in milliseconds. */
  readonly startedAt: number;
  readonly waitUntil: WaitUntil | undefined;
}

/** An operation that Yoga has answered without an error. */
interface KnownOperation extends AnswerSkeleton {
  /** The operation's name as the log shows it. */
  readonly loggedName: string | undefined;
}

/** Headers of an answer, by name. An object, because middleware such as on-headers misreads a flat list. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** An answer with status 200. */
export interface FastAnswer {
  /** Without `content-length`. */
  readonly headers: AnswerHeaders;
  readonly body: string;
}

/** Answers requests that Yoga has answered before, from the memory of this process. */
export interface FastPath {
  /**
   * Returns the answer of a request; `undefined` where Yoga must answer it: then nothing was counted, audited or renewed.
   *
   * @param header - reads the headers of the request
   */
  answer(request: PlainRequest, header: ReadHeader): FastAnswer | undefined;
  /**
   * Learns from an answer of Yoga, if the request has a caller: requests without one must not fill the tables.
   *
   * @param loggedName - the operation's name as the log shows it
   * @param headers - the headers of the answer, without `content-length`
   */
  learn(
    request: Pick<PlainRequest, 'authorization' | 'accept' | 'origin' | 'text'>,
    operation: Operation,
    loggedName: string | undefined,
    headers: AnswerHeaders,
  ): void;
}

interface FastPathOptions {
  findCaller: FindCaller;
  isRevoked: (caller: Caller) => boolean;
  findDeliverable: FindDeliverable;
  counts: RequestCounts;
  log: GatewayLogger;
  reporter: Pick<Reporter, 'observesRequests' | 'request' | 'authentication' | 'isTracing' | 'startRequest'>;
  /** The path of its requests. */
  graphqlEndpoint: string;
  /** Whether operations are reported by name: only with persisted documents, because other names are the client's own. */
  namesOperations: boolean;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface State extends FastPathOptions {
  /** The operation of the last request: clients send the same body, and to compare two long texts is faster than to look one up. */
  last: { readonly text: string; readonly operation: KnownOperation } | undefined;
  /** By the text of the body. */
  readonly operations: LRUCache<string, KnownOperation | typeof unlearnable>;
  /** The headers of answers, by `Accept` and `Origin`. */
  readonly headers: LRUCache<string, AnswerHeaders>;
}

/** Stands for an operation that Yoga always answers, so that it is not prepared again. */
const unlearnable = Symbol('unlearnable');

/** Longest body that is learnt, in characters. A request with a larger `content-length`, in bytes, is not plain. */
export const maxPlainLength = 8 * 1024;
/** Maximum length of all known bodies and answers together, in characters. */
const maxKnownLength = 512 * 1024;
const maxOperations = 1_000;
const maxHeaders = 200;
/** Longest `Accept` and `Origin` together, in characters. */
const maxHeaderLength = 500;

/** Creates a fast path that knows no operation. */
export function createFastPath(options: FastPathOptions): FastPath {
  const state: State = {
    ...options,
    last: undefined,
    operations: new LRUCache({
      max: maxOperations,
      maxSize: maxKnownLength,
      sizeCalculation: (operation, text) =>
        Math.max(1, text.length) + (operation === unlearnable ? 0 : operation.size),
    }),
    headers: new LRUCache({ max: maxHeaders }),
  };
  return {
    answer: (request, header) => answer(state, request, header),
    learn(request, operation, loggedName, headers) {
      const key = headersKey(request);
      if (key.length > maxHeaderLength || request.text.length > maxPlainLength) return;
      if (findCallerOf(state, request) === undefined) return;
      state.headers.set(key, headers);
      void learnOperation(state, request.text, operation, loggedName);
    },
  };
}

/** Returns the caller of a request, or `undefined`. Never throws. */
function findCallerOf(
  { findCaller }: State,
  { authorization }: Pick<PlainRequest, 'authorization'>,
): Caller | undefined {
  try {
    return findCaller(authorization);
  } catch {
    return undefined;
  }
}

/** Never rejects. */
async function learnOperation(
  { operations }: State,
  text: string,
  operation: Operation,
  loggedName: string | undefined,
): Promise<void> {
  if (operations.has(text)) return;
  const skeleton = await createSkeleton(operation).catch(() => undefined);
  const isLearnable = skeleton !== undefined && skeleton.templates.length <= maxTemplatesPerOperation;
  operations.set(text, isLearnable ? { ...skeleton, loggedName } : unlearnable);
}

/** A complete answer that has had no effect yet. */
interface PreparedAnswer extends FastAnswer {
  readonly operation: KnownOperation;
  readonly deliverables: readonly Deliverable[];
}

function answer(state: State, request: PlainRequest, header: ReadHeader): FastAnswer | undefined {
  const prepared = prepareWithoutEffect(state, request);
  if (prepared === undefined) return undefined;
  const trace = state.reporter.isTracing() ? startTrace(state, request, header) : undefined;
  // A renewal in the background is part of the trace.
  if (trace?.isRecording) trace.run(() => deliver(state, request, prepared, trace));
  else deliver(state, request, prepared, trace);
  return prepared;
}

function startTrace(
  { reporter, graphqlEndpoint }: State,
  { scheme, startedAt }: PlainRequest,
  header: ReadHeader,
): RequestTrace | undefined {
  return reporter.startRequest({ method: 'POST', route: graphqlEndpoint, scheme, startedAt, header });
}

/** Takes the effects of an answer. */
function deliver(
  state: State,
  { scheme, startedAt }: PlainRequest,
  { operation: { loggedName }, deliverables }: PreparedAnswer,
  trace: RequestTrace | undefined,
): void {
  const { counts, log, reporter, graphqlEndpoint, namesOperations } = state;
  for (const deliverable of deliverables) deliverable.deliver();
  counts.fastPath += 1;
  logOperation(log, { operation: loggedName, startedAt, mints: 0, codes: [], trace }, 200);
  reporter.authentication('authenticated');
  if (!reporter.observesRequests) return;
  const event: RequestEvent = {
    method: 'POST',
    route: graphqlEndpoint,
    scheme,
    status: 200,
    durationMs: monotonicNow() - startedAt,
    path: 'fast',
    operationType: 'query',
    operationName: namesOperations ? loggedName : undefined,
  };
  reporter.request(event);
  trace?.end(event);
}

// If this throws, Yoga answers. If the error recurs there, Yoga reports it.
function prepareWithoutEffect(state: State, request: PlainRequest): PreparedAnswer | undefined {
  try {
    return prepare(state, request);
  } catch {
    return undefined;
  }
}

function prepare(state: State, request: PlainRequest): PreparedAnswer | undefined {
  const operation = findOperation(state, request.text);
  const headers = operation && state.headers.get(headersKey(request));
  const caller = headers && state.findCaller(request.authorization);
  if (!operation || !caller || state.isRevoked(caller)) return undefined;
  const deliverables = findTokens(state, request, operation, caller);
  if (deliverables === undefined) return undefined;
  const tokens = deliverables.map(({ token }) => token);
  const body = fillAnswer(operation, { tokens, caller, now: state.now() });
  return body === undefined ? undefined : { headers, body, operation, deliverables };
}

function findOperation(state: State, text: string): KnownOperation | undefined {
  if (state.last?.text === text) return state.last.operation;
  const operation = state.operations.get(text);
  if (operation === undefined || operation === unlearnable) return undefined;
  state.last = { text, operation };
  return operation;
}

/** Returns the held tokens of an operation; `undefined` unless all are held. */
function findTokens(
  { findDeliverable }: State,
  { startedAt, waitUntil }: PlainRequest,
  { templates }: KnownOperation,
  caller: Caller,
): readonly Deliverable[] | undefined {
  const deliverables: Deliverable[] = [];
  for (const template of templates) {
    const found = findDeliverable({ caller, template, mode: 'cached', startedAt, waitUntil, onMint });
    if (found === undefined) return undefined;
    deliverables.push(found);
  }
  return deliverables;
}

// No request of the fast path waits for a mint.
function onMint(): void {}

function headersKey({ accept, origin }: Pick<PlainRequest, 'accept' | 'origin'>): string {
  return `${accept}\n${origin}`;
}
