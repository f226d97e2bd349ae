/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type CallingSessionQueryVariables = Exact<{ [key: string]: never; }>;


export type CallingSessionQuery = { session: { id: string, userId: string, organizationId: string | null } | null };

export type RenewedSessionTokenSubscriptionVariables = Exact<{
  template: string;
}>;


export type RenewedSessionTokenSubscription = { sessionToken: { jwt: string, expiresAt: string, expiresIn: number } | null };

export type SessionTokenClaimsQueryVariables = Exact<{
  template: string;
  fresh?: boolean;
}>;


export type SessionTokenClaimsQuery = { sessionToken: { jwt: string, expiresAt: string, expiresIn: number, claims: Record<string, unknown> } | null };

export type SessionTokenQueryVariables = Exact<{
  template: string;
  fresh?: boolean;
}>;


export type SessionTokenQuery = { sessionToken: { jwt: string, expiresAt: string, expiresIn: number } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const CallingSessionDocument = new TypedDocumentString(`
    query CallingSession {
  session {
    id
    userId
    organizationId
  }
}
    `, {"hash":"sha256:612d7dbe72d900732c5f4a987426e7db0e361c3c8c84089991605c717acf7379"}) as unknown as TypedDocumentString<CallingSessionQuery, CallingSessionQueryVariables>;
export const RenewedSessionTokenDocument = new TypedDocumentString(`
    subscription RenewedSessionToken($template: String!) {
  sessionToken(template: $template) {
    jwt
    expiresAt
    expiresIn
  }
}
    `, {"hash":"sha256:18769ac6fa1c006cc62303ef9e00fe4691dbd5a71aafd0244e9dbad9fdefa935"}) as unknown as TypedDocumentString<RenewedSessionTokenSubscription, RenewedSessionTokenSubscriptionVariables>;
export const SessionTokenClaimsDocument = new TypedDocumentString(`
    query SessionTokenClaims($template: String!, $fresh: Boolean! = false) {
  sessionToken(template: $template, fresh: $fresh) {
    jwt
    expiresAt
    expiresIn
    claims
  }
}
    `, {"hash":"sha256:ec9268c8d106027b637bfd238c60899c8737f21c3e1d5a7cb93818c8fbc96139"}) as unknown as TypedDocumentString<SessionTokenClaimsQuery, SessionTokenClaimsQueryVariables>;
export const SessionTokenDocument = new TypedDocumentString(`
    query SessionToken($template: String!, $fresh: Boolean! = false) {
  sessionToken(template: $template, fresh: $fresh) {
    jwt
    expiresAt
    expiresIn
  }
}
    `, {"hash":"sha256:853e5cd0748678ca3b6b4dcbb598fac51f3899371e76401133a7cc31eb812a1e"}) as unknown as TypedDocumentString<SessionTokenQuery, SessionTokenQueryVariables>;