import type { ListTemplatesResult } from '../clerk/list-templates.ts';
import type { KeyedOutcome } from '../clerk/secret-keys.ts';
import { gatewayError } from '../errors.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { ClerkCallEvent } from '../telemetry/events.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import { withTimeout } from '../time/with-timeout.ts';
import { isTemplateName } from './template-name.ts';

/** Returns the names of the JWT templates of the Clerk instance that can be minted. @throws `UPSTREAM_UNAVAILABLE` */
export type TemplateDirectory = () => Promise<readonly string[]>;

interface TemplateDirectoryOptions {
  /** Calls Clerk for the list: with the secret key that mints, and with the others where Clerk refuses it. Never rejects */
  list: () => Promise<ListTemplatesResult>;
  log: Pick<GatewayLogger, 'warn'>;
  reporter: Pick<Reporter, 'clerkCall' | 'startSpan' | 'runClerkCall'>;
  /** Returns how long a call may take, in milliseconds. */
  deadline: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

interface State extends TemplateDirectoryOptions {
  names: readonly string[] | undefined;
  /** When Clerk may be called again, on the monotonic clock. */
  callAgainAt: number;
  flight: { readonly startedAt: number; readonly result: Promise<void> } | undefined;
}

/** How long a list is used, in milliseconds. */
const maxAge = 60_000;
/** The shortest time from a failure to the next call, in milliseconds. */
const failureCooldown = 10_000;
/** The time after its deadline at which a call counts as lost, in milliseconds: edge runtimes end the work of a request. */
const lostAfter = 1_000;

const endpoint = { method: 'GET', template: '/v1/jwt_templates' } as const;

/**
 * Creates the directory of the templates of an instance, for `templates: '*'`. It calls Clerk once a minute at most, and once in 10 s
 * while Clerk fails; the list before is then used. It starts no timer of its own, and spends nothing of the mint budget.
 */
export function createTemplateDirectory(options: TemplateDirectoryOptions): TemplateDirectory {
  const state: State = {
    ...{ ...options, names: undefined, flight: undefined },
    callAgainAt: Number.NEGATIVE_INFINITY,
  };
  return async () => {
    if (options.monotonicNow() >= state.callAgainAt) await joinOrStart(state);
    if (state.names !== undefined) return state.names;
    throw gatewayError('UPSTREAM_UNAVAILABLE', { reason: notListed });
  };
}

const notListed = 'Clerk does not list its JWT templates';

/** Waits for the call under way, or starts one. Never rejects. */
async function joinOrStart(state: State): Promise<void> {
  const { deadline, monotonicNow } = state;
  const startedAt = monotonicNow();
  const isUnderWay = state.flight && startedAt - state.flight.startedAt < deadline() + lostAfter;
  if (!isUnderWay) state.flight = { startedAt, result: refresh(state) };
  // The work of another request may be lost.
  await withTimeout(state.flight?.result ?? Promise.resolve(), deadline(), deadlineError).catch(() => {});
}

/** Calls Clerk for the list, and reports the call. Never rejects. */
async function refresh(state: State): Promise<void> {
  const { list, log, reporter, deadline, monotonicNow } = state;
  const startedAt = monotonicNow();
  const span = reporter.startSpan({ kind: 'clerk-call', ...endpoint, resendCount: 0 });
  const call = reporter.runClerkCall(span, list);
  const result = await withTimeout(call, deadline(), deadlineError).catch(() => 'deadline' as const);
  const answer = answerOf(result);
  reporter.clerkCall({ ...endpoint, durationMs: monotonicNow() - startedAt, ...answer });
  span?.end(answer);
  state.flight = undefined;
  if (result !== 'deadline' && result.kind === 'names') {
    state.names = result.names.filter(isTemplateName);
    state.callAgainAt = monotonicNow() + maxAge;
    return;
  }
  state.callAgainAt = monotonicNow() + failureCooldown;
  const reason = result === 'deadline' ? 'no answer from Clerk within the deadline' : result.failure.reason;
  log.warn({ reason }, notListed);
}

function answerOf(result: ListTemplatesResult | 'deadline'): Pick<ClerkCallEvent, 'status' | 'errorType'> {
  if (result === 'deadline') return { errorType: 'deadline' };
  if (result.kind === 'names') return { status: 200 };
  const { status, kind } = result.failure;
  return status === undefined ? { errorType: kind } : { status, errorType: String(status) };
}

const deadlineError = () => new Error('deadline');

/** Returns the outcome of a list with one key, for `SecretKeys.call`. A key of another instance has a list, too. */
export function withVerdict(result: ListTemplatesResult): KeyedOutcome<ListTemplatesResult> {
  if (result.kind === 'names') return { result, verdict: 'valid' };
  const { kind, hasClerkBody } = result.failure;
  return { result, verdict: kind === 'key-refused' ? 'refused' : hasClerkBody ? 'valid' : undefined };
}
