/** The schema of the other servers: the part of Mintgate's that the load queries. */
export const typeDefs = /* GraphQL */ `
  type Query {
    sessionToken(template: String!, fresh: Boolean! = false): Token
  }
  type Token {
    jwt: String!
    expiresAt: String!
    expiresIn: Int!
  }
`;

/** Returns a token and its expiry, in Mintgate's formats. */
export function tokenOf(jwt: string): { jwt: string; expiresAt: string; expiresIn: number } {
  const { exp } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  const milliseconds = exp * 1000;
  return {
    jwt,
    expiresAt: new Date(milliseconds).toISOString(),
    expiresIn: Math.floor((milliseconds - Date.now()) / 1000),
  };
}
