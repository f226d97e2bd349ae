// Written by npm run codegen from examples/.
export const hostFiles = {
  "next": [
    {
      "path": "app/graphql/route.ts",
      "text": "import { auth } from '@clerk/nextjs/server';\nimport { clerkAuth, createGateway, type Gateway } from 'mintgate';\n\n// Next.js also runs this file during the build and after each change, so the first request creates the only gateway.\n// Do not set fetchCache: with 'force-cache', Next.js would cache tokens.\nconst kept = globalThis as { mintgate?: Gateway };\n\nfunction start(): Gateway {\n  const gateway = createGateway({\n    secretKey: process.env.CLERK_SECRET_KEY ?? '',\n    publishableKey: process.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY ?? '',\n    ...(process.env.CLERK_API_URL && { apiUrl: process.env.CLERK_API_URL }),\n    templates: { hasura: {} },\n    graphqlEndpoint: '/graphql',\n    authenticate: clerkAuth(() => auth()),\n  });\n  // On shutdown, `next start` waits for open responses. Ends subscriptions, which would delay it for minutes.\n  process.once('SIGTERM', () => gateway.drain());\n  return gateway;\n}\n\nfunction answer(request: Request): Promise<Response> {\n  kept.mintgate ??= start();\n  return kept.mintgate.fetch(request);\n}\n\nexport { answer as DELETE, answer as GET, answer as HEAD, answer as OPTIONS, answer as POST, answer as PUT };\n"
    }
  ],
  "express": [
    {
      "path": "server.ts",
      "text": "import { clerkMiddleware, getAuth } from '@clerk/express';\nimport express from 'express';\nimport { clerkAuth, createGateway } from 'mintgate';\n\nconst app = express();\napp.use(express.json());\napp.use(clerkMiddleware());\n\nconst { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;\nconst gateway = createGateway({\n  secretKey: CLERK_SECRET_KEY,\n  publishableKey: CLERK_PUBLISHABLE_KEY,\n  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),\n  templates: { hasura: {} },\n  authenticate: clerkAuth<{ req: express.Request }>(({ req }) => getAuth(req)),\n});\napp.use('/graphql', gateway);\n\napp.listen(Number(process.env.PORT ?? 3000), 'localhost');\n",
      "excerpt": "const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;\nconst gateway = createGateway({\n  secretKey: CLERK_SECRET_KEY,\n  publishableKey: CLERK_PUBLISHABLE_KEY,\n  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),\n  templates: { hasura: {} },\n  authenticate: clerkAuth<{ req: express.Request }>(({ req }) => getAuth(req)),\n});\napp.use('/graphql', gateway);\n"
    }
  ],
  "react-router": [
    {
      "path": "app/gateway.server.ts",
      "text": "import { getAuth } from '@clerk/react-router/server';\nimport { clerkAuth, createGateway, type Gateway } from 'mintgate';\nimport type { LoaderFunctionArgs } from 'react-router';\n\n// Keeps the gateway and its tokens when the development server reloads this file.\nconst kept = globalThis as { mintgate?: Gateway };\n\nfunction start(): Gateway {\n  const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;\n  const gateway = createGateway({\n    secretKey: CLERK_SECRET_KEY,\n    publishableKey: CLERK_PUBLISHABLE_KEY,\n    ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),\n    templates: { hasura: {} },\n    authenticate: clerkAuth<LoaderFunctionArgs>((args) => getAuth(args)),\n  });\n  // On shutdown, `react-router-serve` waits for open responses. Ends subscriptions, which would delay it for minutes.\n  process.once('SIGTERM', () => gateway.drain());\n  return gateway;\n}\n\n/** The gateway of this process. */\nexport function gateway(): Gateway {\n  kept.mintgate ??= start();\n  return kept.mintgate;\n}\n"
    },
    {
      "path": "app/routes/graphql.ts",
      "text": "import type { ActionFunctionArgs, LoaderFunctionArgs } from 'react-router';\nimport { gateway } from '../gateway.server';\n\nexport const action = (args: ActionFunctionArgs) => gateway().fetch(args.request, args);\n// The gateway also answers methods other than POST.\nexport const loader = (args: LoaderFunctionArgs) => gateway().fetch(args.request, args);\n"
    }
  ],
  "fastify": [
    {
      "path": "server.ts",
      "text": "import { clerkPlugin, getAuth } from '@clerk/fastify';\nimport Fastify, { type FastifyRequest } from 'fastify';\nimport { clerkAuth, createGateway } from 'mintgate';\n\nconst app = Fastify();\napp.register(clerkPlugin);\n\nconst { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;\nconst gateway = createGateway({\n  secretKey: CLERK_SECRET_KEY,\n  publishableKey: CLERK_PUBLISHABLE_KEY,\n  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),\n  templates: { hasura: {} },\n  authenticate: clerkAuth<{ req: { fastify: FastifyRequest } }>(({ req }) => getAuth(req.fastify)),\n});\napp.register(async (scope) => {\n  // The gateway reads the body itself.\n  scope.removeAllContentTypeParsers();\n  scope.addContentTypeParser('*', (_request, _body, done) => done(null));\n  scope.all('/graphql', (request, reply) => {\n    reply.hijack();\n    gateway(Object.assign(request.raw, { fastify: request }), reply.raw);\n  });\n});\n\nawait app.listen({ port: Number(process.env.PORT ?? 3000), host: 'localhost' });\n",
      "excerpt": "const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;\nconst gateway = createGateway({\n  secretKey: CLERK_SECRET_KEY,\n  publishableKey: CLERK_PUBLISHABLE_KEY,\n  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),\n  templates: { hasura: {} },\n  authenticate: clerkAuth<{ req: { fastify: FastifyRequest } }>(({ req }) => getAuth(req.fastify)),\n});\napp.register(async (scope) => {\n  // The gateway reads the body itself.\n  scope.removeAllContentTypeParsers();\n  scope.addContentTypeParser('*', (_request, _body, done) => done(null));\n  scope.all('/graphql', (request, reply) => {\n    reply.hijack();\n    gateway(Object.assign(request.raw, { fastify: request }), reply.raw);\n  });\n});\n"
    }
  ],
  "hono": [
    {
      "path": "server.ts",
      "text": "import { clerkMiddleware, getAuth } from '@clerk/hono';\nimport { serve } from '@hono/node-server';\nimport { type Context, Hono } from 'hono';\nimport { clerkAuth, createGateway } from 'mintgate';\n\nconst { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_JWT_KEY, CLERK_API_URL } = process.env;\nconst app = new Hono();\n// Clerk's middleware for Hono reads the keys and the URL of the API from the environment, but not this variable.\napp.use(clerkMiddleware(CLERK_JWT_KEY ? { jwtKey: CLERK_JWT_KEY } : {}));\n\nconst gateway = createGateway({\n  secretKey: CLERK_SECRET_KEY,\n  publishableKey: CLERK_PUBLISHABLE_KEY,\n  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),\n  templates: { hasura: {} },\n  authenticate: clerkAuth<Context>((c) => getAuth(c)),\n});\napp.all('/graphql', (c) => gateway.fetch(c.req.raw, c));\n\nserve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: 'localhost' });\n",
      "excerpt": "const gateway = createGateway({\n  secretKey: CLERK_SECRET_KEY,\n  publishableKey: CLERK_PUBLISHABLE_KEY,\n  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),\n  templates: { hasura: {} },\n  authenticate: clerkAuth<Context>((c) => getAuth(c)),\n});\napp.all('/graphql', (c) => gateway.fetch(c.req.raw, c));\n"
    }
  ]
};
