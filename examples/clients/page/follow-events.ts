import { RenewedSessionTokenDocument, type RenewedSessionTokenSubscription } from 'mintgate/client/documents';
import { followTokens, type SessionToken } from '../token-events.ts';
import { codeOf, type News } from './page-client.ts';

/** Subscribes without a GraphQL client. @returns ends it */
export function followEvents(
  url: string,
  sessionToken: SessionToken,
  template: string,
  tell: (news: News) => void,
): () => void {
  const request = { query: RenewedSessionTokenDocument.toString(), variables: { template } };
  return followTokens(url, sessionToken, request, {
    next({ data, errors }) {
      const { sessionToken: token } = (data ?? {}) as Partial<RenewedSessionTokenSubscription>;
      if (errors) tell({ kind: 'error', code: codeOf(undefined, errors) });
      else if (token) tell({ kind: 'token', token });
    },
    error(error) {
      tell({ kind: 'error', code: codeOf(error) });
      tell({ kind: 'end' });
    },
    complete: () => tell({ kind: 'end' }),
  });
}
