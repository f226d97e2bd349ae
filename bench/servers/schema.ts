/** The graph of the peers: what Mintgate answers to the same question. */
export const typeDefs = /* GraphQL */ `
  type Query {
    sessionToken(template: String!): Token
  }
  type Token {
    jwt: String!
    expiresAt: String!
  }
`;

/** When a token expires, as Mintgate says it. */
export function expiresAt(jwt: string): string {
  const { exp } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return new Date(exp * 1000).toISOString();
}
