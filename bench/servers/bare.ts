// Bare node:http: reads the request and sends the same body as the gateway.
import { createServer } from 'node:http';
import { answerMeasurer, settings } from './answer.ts';
import { type Answers, answerTo, send } from './base-line.ts';
import { listen } from './listen.ts';

const { answers } = settings<{ answers: Answers }>();
const server = createServer((request, response) => {
  request.on('data', () => {}).on('end', () => send(request, response, answerTo(request, answers)));
});
answerMeasurer(`${await listen(server)}/graphql`, {});
