// The ceiling of GraphQL over HTTP: bare node:http that parses the body of each request, and makes the JSON of each answer.
import { createServer } from 'node:http';
import { answerMeasurer, settings } from './answer.ts';
import { type Answers, answerTo, send } from './base-line.ts';
import { listen } from './listen.ts';

const { answers } = settings<{ answers: Answers }>();
const results = { client: JSON.parse(answers.client), plain: JSON.parse(answers.plain) };

const server = createServer((request, response) => {
  let body = '';
  request
    .setEncoding('utf8')
    .on('data', (chunk: string) => {
      body += chunk;
    })
    .on('end', () => {
      const { query } = JSON.parse(body);
      const isQuery = typeof query === 'string';
      send(request, response, JSON.stringify(answerTo(request, results)), isQuery ? 200 : 400);
    });
});
answerMeasurer(`${await listen(server)}/graphql`, {});
