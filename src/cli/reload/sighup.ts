import { hasTerminal } from '../shutdown.ts';

/**
 * Listens for SIGHUP in a process without a terminal. Call it early: until then, the signal ends the process.
 *
 * @returns a function that sets what a SIGHUP does; one that has arrived before does it at once. With a terminal, SIGHUP ends the process
 *   instead
 */
export function listenForSighup(): (onSighup: () => void) => void {
  if (hasTerminal()) return () => {};
  let hasArrived = false;
  let act = () => {
    hasArrived = true;
  };
  process.on('SIGHUP', () => act());
  return (onSighup) => {
    act = onSighup;
    if (hasArrived) onSighup();
  };
}
