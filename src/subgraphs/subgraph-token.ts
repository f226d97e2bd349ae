/** The token that one subgraph of a supergraph receives. */
export interface SubgraphToken {
  /** The JWT template from which the token is minted. @default none: required */
  template: string;
  /**
   * The request header that carries the token, in lower case: `authorization` as `Bearer <token>`, any other header as the token alone.
   * @default 'authorization'
   */
  header?: string;
  /**
   * How the subgraph is asked when there is no token for a signed-in caller: `error` does not ask it, and its fields are null with the
   * gateway's error code; `anonymous` asks it without a token.
   * @default 'error'
   */
  onFailure?: 'error' | 'anonymous';
}

/** The tokens of the subgraphs of a supergraph, by the names of the subgraphs. */
export type Subgraphs = Readonly<Record<string, SubgraphToken>>;

const defaultHeader = 'authorization';

/** Returns the name and the value of the header that carries the token of a subgraph. */
export function tokenHeader(
  { header = defaultHeader }: Pick<SubgraphToken, 'header'>,
  jwt: string,
): [name: string, value: string] {
  return [header, header === defaultHeader ? `Bearer ${jwt}` : jwt];
}
