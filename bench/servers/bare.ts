// Bare node:http: reads the request and sends the same bytes as the gateway.
import { createServer } from 'node:http';
import { answerMeasurer, settings } from './answer.ts';
import { listen } from './listen.ts';

const { answer } = settings<{ answer: string }>();
const server = createServer((request, response) => {
  request
    .on('data', () => {})
    .on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
});
answerMeasurer(`${await listen(server)}/graphql`, {});
