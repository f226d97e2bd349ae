import { subgraphs } from './configuration.ts';
import { keptHeader, readRouterRequest } from './door-requests.ts';
import type { PlannedRequest } from './planned-request.ts';
import type { Report } from './read-answer.ts';

/**
 * Checks the headers with which a router goes on to a subgraph: without the credentials of the caller, and with all others.
 *
 * @param headers - of the answer. @default undefined (those that the router has)
 * @returns the token of the subgraph; undefined where it has none, or a credential of the caller
 */
export function readContinued(
  planned: PlannedRequest,
  headers: Readonly<Record<string, string[]>> | undefined,
  report: Report,
): string | undefined {
  const { serviceName, headers: sent } = readRouterRequest(planned);
  const { header = 'authorization', onFailure } = subgraphs[serviceName] ?? {};
  const onward = headers ?? sent;
  const text = JSON.stringify(onward);
  const credentials = [sent.authorization, sent.cookie, sent[header]].flatMap((values) => values ?? []);
  if ([planned.bearer?.token.jwt, '__session', ...credentials].some((one) => one && text.includes(one))) {
    report('a credential of the caller on its way to a subgraph', serviceName);
    return undefined;
  }
  if (onward[keptHeader]?.[0] !== sent[keptHeader]?.[0])
    report('a header is lost on its way to a subgraph', serviceName);
  const jwt = onward[header]?.[0]?.replace(/^Bearer /, '');
  const needsToken = planned.bearer && planned.expected === 'tokens' && onFailure !== 'anonymous';
  if (needsToken && jwt === undefined) report('a subgraph is asked without its token', serviceName);
  return jwt;
}
