// The starting point, as in Clerk's guide to getToken: Express 5, clerkMiddleware, getToken in the handler; no GraphQL.
import { createServer } from 'node:http';
import { clerkMiddleware, createClerkClient, getAuth } from '@clerk/express';
import cors from 'cors';
import express from 'express';
import { origin } from '../load/origin.ts';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';
import { listen } from './listen.ts';
import { tokenOf } from './schema.ts';

const { jwtKey, ...options } = settings<ClerkSettings>();
const clerkClient = createClerkClient({ ...options, jwtKey, telemetry: { disabled: true } });
const app = express();
app.use(cors({ origin }));
app.use(express.json());
app.use(
  clerkMiddleware({
    clerkClient,
    jwtKey,
    publishableKey: options.publishableKey,
    secretKey: options.secretKey,
  }),
);
app.post('/graphql', async (request, response) => {
  const { sessionId } = getAuth(request);
  if (!sessionId) return void response.status(401).json({ error: 'Unauthenticated' });
  const { jwt } = await clerkClient.sessions.getToken(sessionId, 'bench');
  response.json(tokenOf(jwt));
});
answerMeasurer(`${await listen(createServer(app))}/graphql`, {});
