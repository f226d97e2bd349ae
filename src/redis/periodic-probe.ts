import { checkWritable } from './check-writable.ts';
import { RedisTimeoutError } from './command-timeout.ts';
import { type ConnectionState, startTimer } from './connection-state.ts';
import { dropConnection } from './reconnect.ts';

/** Time between two probes, in milliseconds. */
const probeEveryMs = 5_000;
/** Time before a failed probe is repeated, in milliseconds. */
const repeatAfterMs = 500;
/** Timed-out probes in a row after which both connections are replaced: messages may no longer arrive. */
const maxFailedProbes = 3;

/** Starts to probe every 5 s, because an instance that writes nothing would not notice that Redis refuses writes or loses messages. */
export function startProbing(state: ConnectionState): void {
  scheduleProbe(state, probeEveryMs);
}

/** Probes now, unless a probe is under way, and schedules the next one. */
export async function probeNow(state: ConnectionState): Promise<void> {
  if (state.isProbing) return;
  state.isProbing = true;
  try {
    if (state.phase === 'connected') await checkWritable(state);
    state.failedProbes = 0;
  } catch (error) {
    state.failedProbes += 1;
    const isLate = error instanceof RedisTimeoutError;
    if (!isLate || state.failedProbes >= maxFailedProbes) dropConnection(state, error);
  } finally {
    state.isProbing = false;
    scheduleProbe(state, state.failedProbes > 0 ? repeatAfterMs : probeEveryMs);
  }
}

function scheduleProbe(state: ConnectionState, milliseconds: number): void {
  clearTimeout(state.probeTimer);
  if (state.phase === 'closed') return;
  state.probeTimer = startTimer(state, () => void probeNow(state), milliseconds);
}
