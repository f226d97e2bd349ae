import { describe, expect, test } from 'vitest';
import {
  SessionTokenClaimsDocument,
  type SessionTokenClaimsQuery,
  type TokenQuery,
  type TokenQueryVariables,
  type TypedDocumentString,
  tokenDocument,
} from '../../src/client/documents.ts';

describe('tokenDocument', () => {
  test('returns the generated document, whose id is in the manifest', () => {
    expect(tokenDocument('hasura')).toBe(SessionTokenClaimsDocument);
    expect(tokenDocument('reports')).toBe(tokenDocument('hasura'));
  });

  test('has the types of the generated document while no template is registered', () => {
    const data: Equal<TokenQuery, SessionTokenClaimsQuery> = true;
    const document = tokenDocument('hasura');
    const named: Equal<
      typeof document,
      TypedDocumentString<TokenQuery<'hasura'>, { template: 'hasura'; fresh?: boolean }>
    > = true;
    const any = tokenDocument('hasura' as string);
    const unnamed: Equal<
      typeof any,
      TypedDocumentString<SessionTokenClaimsQuery, TokenQueryVariables>
    > = true;
    expect([data, named, unnamed]).toEqual([true, true, true]);
  });
});

type Equal<A, B> = [A, B] extends [B, A] ? true : false;
