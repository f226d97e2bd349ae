import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { createTokenSource } from 'mintgate/client';
import { listen, stop } from '../../listen.ts';

/** The error of a gateway without a token. */
export interface Refusal {
  code: string;
  retryAfter?: number;
}

/** Creates a gateway whose tokens live for seconds, less than Clerk allows, and a token source. */
export async function startShortTokens(seconds: number, atEnd: (cleanUp: () => unknown) => void) {
  const key = randomBytes(32);
  let serial = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const user = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const result = await answer(user, JSON.parse(body).variables.fresh);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  });
  const url = await listen(server);
  atEnd(() => stop(server));

  const gateway = {
    /** The signed-in user, or null. */
    user: 'ada' as string | null,
    /** The argument `fresh` of each request. */
    requested: [] as boolean[],
    /** Returns the error, if there is no token. */
    refuse: (_fresh: boolean): Refusal | undefined => undefined,
    /** Returns the claims of a valid token; rejects for others. */
    verify: async (token: string): Promise<JWTPayload> => (await jwtVerify(token, key)).payload,
    /** Refuses connections from now on. */
    goDown: () => stop(server),
    comeBack: () => listen(server, Number(new URL(url).port)),
  };

  async function answer(user: string, fresh: boolean): Promise<object> {
    gateway.requested.push(fresh);
    const refusal = gateway.refuse(fresh);
    if (refusal) return { data: { sessionToken: null }, errors: [{ message: 'no', extensions: refusal }] };
    serial += 1;
    const now = Date.now() / 1000;
    const iat = Math.floor(now);
    const jwt = await new SignJWT({ sub: user, jti: String(serial), iat, exp: iat + seconds })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(key);
    return { data: { sessionToken: { jwt, expiresIn: iat + seconds - now } } };
  }

  const source = createTokenSource({
    url,
    template: 'hasura',
    credentials: { getToken: () => gateway.user },
  });
  atEnd(() => source.dispose());
  return { gateway, source };
}
