import type { IncomingMessage, ServerResponse } from 'node:http';
import { importSPKI, jwtVerify } from 'jose';

/** A minimal service: it verifies the template token of the request, and returns its user. */
export async function answerService(
  jwtKey: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for await (const _chunk of request);
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  const key = await importSPKI(jwtKey, 'RS256');
  const user = await jwtVerify(token, key).then(
    ({ payload }) => payload.sub,
    () => undefined,
  );
  const refusal = { message: 'The token is not valid.', extensions: { code: 'UNAUTHENTICATED' } };
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(user ? { data: { user } } : { errors: [refusal] }));
}
