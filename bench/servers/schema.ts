/** The schema of the other servers: the part of Mintgate's that the load queries. */
export const typeDefs = /* GraphQL */ `
  type Query {
    sessionToken(template: String!): Token
  }
  type Token {
    jwt: String!
    expiresAt: String!
  }
`;

/** Returns the expiry of a token in Mintgate's format. */
export function expiresAt(jwt: string): string {
  const { exp } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return new Date(exp * 1000).toISOString();
}
