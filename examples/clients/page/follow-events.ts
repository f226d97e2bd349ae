import { RenewedSessionTokenDocument, type RenewedSessionTokenSubscription } from 'mintgate/client/documents';
import { followTokens, type SessionToken } from '../token-events.ts';
import { codeOf, type TokenEvent } from './page-client.ts';

/** Subscribes without a GraphQL client. @returns a function that ends the subscription */
export function followEvents(
  url: string,
  sessionToken: SessionToken,
  template: string,
  notify: (event: TokenEvent) => void,
): () => void {
  const request = { query: RenewedSessionTokenDocument.toString(), variables: { template } };
  return followTokens(url, sessionToken, request, {
    next({ data, errors }) {
      const { sessionToken: token } = (data ?? {}) as Partial<RenewedSessionTokenSubscription>;
      if (errors) notify({ kind: 'error', code: codeOf(undefined, errors) });
      else if (token) notify({ kind: 'token', token });
    },
    error(error) {
      notify({ kind: 'error', code: codeOf(error) });
      notify({ kind: 'end' });
    },
    complete: () => notify({ kind: 'end' }),
  });
}
