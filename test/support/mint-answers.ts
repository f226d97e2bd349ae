import type { ForcedAnswer } from '../../src/local-clerk/index.ts';
import type { TestGateway, useGateways } from './gateway.ts';
import { mintEndpoint } from './mint-endpoint.ts';
import { createForge, nowSeconds } from './tokens.ts';

/** Selects every field of a token. */
export const fullQuery =
  'query ($template: String!) { sessionToken(template: $template) { jwt expiresAt expiresIn claims } }';

/** Queries a token of the template `hasura` for `sess_ada`. */
export function askHasura(gateway: TestGateway) {
  return gateway.ask(fullQuery, { session: 'sess_ada', variables: { template: 'hasura' } });
}

/** Returns the log lines at level error or above, as objects. */
export const errorLines = (gateway: TestGateway) =>
  gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);

/** Lets a test choose Clerk's answers to mints. */
export function useMintAnswers(world: ReturnType<typeof useGateways>) {
  const forge = createForge();
  return {
    /** Sets the answer to the next mint. */
    answerMint(answer: ForcedAnswer): void {
      world.clerk.controls.answerNext(answer, mintEndpoint);
    },
    /** Returns a token with these claims, or with the text of a payload that Clerk would never sign. */
    minted(payload: Record<string, unknown> | string): string {
      const iat = nowSeconds();
      const claims =
        typeof payload === 'string' ? payload : { sub: 'user_ada', iat, exp: iat + 60, ...payload };
      return forge.compact({ alg: 'RS256', typ: 'JWT' }, claims);
    },
  };
}
