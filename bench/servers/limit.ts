// The lower bound of a gateway that verifies each request: bare node:http, one RS256 verification, the same body.
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';
import { type Answers, answerTo, send } from './base-line.ts';
import { listen } from './listen.ts';

const { answers, jwtKey } = settings<ClerkSettings & { answers: Answers }>();
const key = createPublicKey(jwtKey);

function isGood(authorization = ''): boolean {
  const token = authorization.slice('Bearer '.length);
  const end = token.lastIndexOf('.');
  return verify(
    'sha256',
    Buffer.from(token.slice(0, end)),
    key,
    Buffer.from(token.slice(end + 1), 'base64url'),
  );
}

const server = createServer((request, response) => {
  request
    .on('data', () => {})
    .on('end', () => {
      const status = isGood(request.headers.authorization) ? 200 : 401;
      send(request, response, answerTo(request, answers), status);
    });
});
answerMeasurer(`${await listen(server)}/graphql`, {});
