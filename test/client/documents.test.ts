import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  CallingSessionDocument,
  SessionTokenClaimsDocument,
  SessionTokenDocument,
  type SessionTokenQuery,
  type SessionTokenQueryVariables,
} from '../../src/client/documents.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways();

/** Sends a typed document, as any client does. */
async function ask<Result, Variables>(
  document: DocumentTypeDecoration<Result, Variables> & { toString(): string },
  variables: Variables,
): Promise<Result> {
  const { data } = await world
    .start()
    .ask(document.toString(), { session: 'sess_ada', variables: variables as Record<string, unknown> });
  return data;
}

describe('the typed documents', () => {
  test('have the types of their variables and data, and a gateway answers them', async () => {
    const token = await ask(SessionTokenDocument, { template: 'hasura' });
    expectTypeOf(token).toEqualTypeOf<SessionTokenQuery>();
    expectTypeOf<SessionTokenQueryVariables>().toEqualTypeOf<{ template: string; fresh?: boolean }>();
    expect(token.sessionToken?.jwt.split('.')).toHaveLength(3);

    const withClaims = await ask(SessionTokenClaimsDocument, { template: 'hasura', fresh: true });
    expect(withClaims.sessionToken?.claims).toMatchObject({ sub: 'user_ada' });

    const { session } = await ask(CallingSessionDocument, {});
    expect(session).toMatchObject({ id: 'sess_ada', userId: 'user_ada' });
  });

  test('do not compile with the wrong variables', () => {
    // @ts-expect-error the template must be named
    const unnamed = () => ask(SessionTokenDocument, {});
    // @ts-expect-error fresh is a boolean
    const odd = () => ask(SessionTokenDocument, { template: 'hasura', fresh: 'yes' });
    expect([unnamed, odd]).toHaveLength(2);
  });

  test.each([CallingSessionDocument, SessionTokenDocument, SessionTokenClaimsDocument])(
    'are valid GraphQL',
    (document) => {
      expect(parse(document.toString()).definitions).toHaveLength(1);
    },
  );
});
