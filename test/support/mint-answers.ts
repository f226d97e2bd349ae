import type { ForcedAnswer } from '../../src/local-clerk/index.ts';
import type { TestGateway, useGateways } from './gateway.ts';
import { mintEndpoint } from './mint-endpoint.ts';
import { createForge, nowSeconds } from './tokens.ts';

/** Asks for every field of a token. */
export const fullQuery =
  'query ($template: String!) { sessionToken(template: $template) { jwt expiresAt expiresIn claims } }';

export function askHasura(gateway: TestGateway) {
  return gateway.ask(fullQuery, { session: 'sess_ada', variables: { template: 'hasura' } });
}

/** The lines at level error, as objects. */
export const loud = (gateway: TestGateway) =>
  gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);

/** What a test has Clerk answer to a mint. */
export function useMintAnswers(world: ReturnType<typeof useGateways>) {
  const forge = createForge();
  return {
    /** Answers the next mint with this. */
    answerMint(answer: ForcedAnswer): void {
      world.clerk.controls.answerNext(answer, mintEndpoint);
    },
    /** A minted token with claims, or the text of a payload, as Clerk would never make it. */
    minted(payload: Record<string, unknown> | string): string {
      const iat = nowSeconds();
      const claims =
        typeof payload === 'string' ? payload : { sub: 'user_ada', iat, exp: iat + 60, ...payload };
      return forge.compact({ alg: 'RS256', typ: 'JWT' }, claims);
    },
  };
}
