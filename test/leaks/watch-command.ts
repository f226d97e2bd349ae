/** Loaded into every `mintgate` command that a test starts: checks the answers of its servers. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reportCounts, startWatch } from './watch.ts';
import { watchServerResponse } from './watch-response.ts';

const { LEAKS_FOLDER, LEAKS_TEST = '' } = process.env;
if (LEAKS_FOLDER) {
  startWatch(LEAKS_FOLDER, () => LEAKS_TEST);
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (isOpen(request.url ?? '')) return;
    watchServerResponse(response, 'answer of a command');
    response.once('close', reportCounts);
  });
}

// The local Clerk and the start page of `mintgate dev` return session tokens and user data by design.
function isOpen(target: string): boolean {
  return /^\/(?:(?:v1|dev)\/|$|\?)/.test(target);
}
