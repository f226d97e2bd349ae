import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { expect } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parseSource } from '../../scripts/rooms/source-files.ts';
import { telemetryPackages } from '../../src/cli/telemetry/packages.ts';
import { environmentVariables } from '../../src/config/environment.ts';
import { fileVariableOf } from '../../src/config/secret-file.ts';
import { newFolder, runCommand } from '../support/command.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';
import type { CodeBlock } from './code-blocks.ts';
import { type DocumentsWorld, runShell } from './documents-world.ts';
import { exchangeRunners, isExchange } from './exchange-runners.ts';
import { renderBlock } from './react-block.ts';
import { compileRegistration } from './register-block.ts';
import { checkDeclaredMetadata, runTypes } from './types-runners.ts';

/** Checks or executes the code blocks of one kind. */
export interface Runner {
  name: string;
  claims(block: CodeBlock): boolean;
  run(block: CodeBlock, world: DocumentsWorld): Promise<void> | void;
}

const root = new URL('../../', import.meta.url);
const guide = 'docs/from-get-token.md';
const tokenForm = /^eyJ[^.]+\.[^.]+\.[^.]+$/;

/** Commands that another step runs, with the place that runs them: a text in `.ci/steps`. */
const commandsElsewhere: Readonly<Record<string, string>> = {
  'npm ci && npm run dev': 'npm run dev >"$scratch/dev"',
  'npm ci && npm test': 'npm test -- --coverage',
  'npm run check': 'npm run check',
  'npm run test:mounts': 'npm run --silent test:mounts',
  'npm start': 'npm start >"$scratch/start"',
  'npm run dev -- --data my-clerk.json': 'npm run -s dev -- --data',
  'npm i ./mintgate-*.tgz': './mintgate-*.tgz',
  // The error of serve has this line, and the step runs it.
  [`npm install ${telemetryPackages.join(' ')}`]: 'packed_metrics',
  'MINTGATE_PERSISTED_ONLY=true npm run dev': 'npm test -- --coverage',
  'cd examples/clients && npm install && npm start': 'test:clients',
  'cd examples/federation && npm install && npm start': 'test:federation',
  'npm install && npm start': 'test:clients',
  // Without a container engine: the same steps, and their result.
  'docker compose up --build --detach --wait': 'test:deploy',
  'docker build --tag mintgate . && docker run --rm --env-file .env mintgate check': 'test:deploy',
  'docker run --env-file .env --publish 127.0.0.1:4000:4000 --read-only --cap-drop ALL mintgate':
    'test:deploy',
};

const has = (block: CodeBlock, language: string, text: string) =>
  block.language === language && !block.isGenerated && block.code.includes(text);
const isTypeScript = ({ language }: CodeBlock) => language === 'ts' || language === 'tsx';

/** Every runner. Exactly one must claim a block. */
export const runners: readonly Runner[] = [
  ...exchangeRunners,
  {
    name: 'is a file that is tested as it is',
    claims: ({ isGenerated }) => isGenerated,
    run: () => {},
  },
  {
    name: 'is a route, or a part of a page, in valid TypeScript',
    claims: (block) =>
      isTypeScript(block) &&
      !block.isGenerated &&
      (block.file === guide || block.code.includes("await fetch('/graphql'")),
    run: ({ file, code }) => void parseSource(`${file}.tsx`, code),
  },
  {
    name: 'is a server that starts',
    claims: (block) => has(block, 'ts', '.listen(4000)'),
    run: async ({ code }, world) => {
      const listening = `.listen(0, '127.0.0.1', async function () {
        const { port } = this.address();
        console.log((await fetch(\`http://127.0.0.1:\${port}/health\`)).status);
        process.exit();
      })`;
      const { stdout, stderr } = await world.program(code.replace('.listen(4000)', listening));
      expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: '200', stderr: '' });
    },
  },
  {
    name: 'creates a gateway',
    claims: (block) => has(block, 'ts', 'createGateway(') && isPlainGateway(block),
    run: async ({ code }, world) => {
      const { code: exitCode, stderr } = await world.program(`${code}\nawait gateway.dispose();`);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    },
  },
  {
    name: 'is a config file that mintgate check accepts',
    claims: (block) => has(block, 'ts', 'defineConfig('),
    run: checkConfigFile,
  },
  {
    name: 'registers the types of templates',
    claims: (block) => has(block, 'ts', "declare module 'mintgate/client'"),
    run: async ({ code }) => expect(await compileRegistration(code)).toBe(''),
  },
  {
    name: 'is a component that a server renders',
    claims: (block) => has(block, 'tsx', 'mintgate/react'),
    run: async ({ code }) => expect(await renderBlock(code)).toBe('<p>Loading</p>'),
  },
  {
    name: 'is an application that gets a token',
    claims: (block) => has(block, 'ts', 'https://tokens.example.com/graphql'),
    run: runApplication,
  },
  {
    name: 'is a request that is answered',
    claims: (block) => has(block, 'sh', 'curl ') && !isExchange(block),
    run: runRequest,
  },
  {
    name: 'writes types, and compares them',
    claims: (block) => has(block, 'sh', 'mintgate types'),
    run: runTypes,
  },
  {
    name: 'declares metadata',
    claims: (block) => has(block, 'ts', 'declare global'),
    run: checkDeclaredMetadata,
  },
  {
    name: 'is a command that another step runs',
    claims: (block) => block.language === 'sh' && !/curl |mintgate types/.test(block.code),
    run: async ({ code }) => {
      const ci = await readFile(new URL('.ci/steps', root), 'utf8');
      for (const line of code.split('\n').filter((text) => text !== '')) {
        expect(Object.keys(commandsElsewhere)).toContain(line);
        expect(ci).toContain(commandsElsewhere[line]);
      }
    },
  },
  {
    name: 'is an answer as the gateway gives it',
    claims: (block) => block.language === 'json' && !block.isGenerated && !isExchange(block),
    run: compareAnswer,
  },
  {
    name: 'is a document that is answered',
    claims: (block) => block.language === 'graphql',
    run: runDocument,
  },
  {
    name: 'has only known settings',
    claims: (block) => block.language === 'ini',
    run: async ({ code }) => {
      const text = await readFile(new URL('.env.example', root), 'utf8');
      const names = Object.keys(parseEnv(code));
      expect(names.length).toBeGreaterThan(0);
      const known = environmentVariables.flatMap(({ name, secret }) =>
        secret ? [name, fileVariableOf(name)] : [name],
      );
      const ofHosts = ['NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY'];
      expect([...known, ...ofHosts]).toEqual(expect.arrayContaining(names));
      // A complete first file is the one that init writes.
      if (names.includes('MINTGATE_CORS_ORIGINS')) expect(parseEnv(code)).toEqual(parseEnv(text));
    },
  },
  {
    name: 'is the configuration of a router that federation.test.ts validates',
    claims: ({ file, language }) => file === 'docs/federation.md' && language === 'yaml',
    run: ({ code }) => expect(code).toMatch(/^headers:$/m),
  },
  {
    name: 'names files of secrets where they are mounted',
    claims: ({ file, language }) => file === 'docs/rotation.md' && language === 'yaml',
    run({ code }) {
      const known = environmentVariables
        .filter(({ secret }) => secret)
        .map(({ name }) => fileVariableOf(name));
      const named = [...code.matchAll(/([A-Z_]+_FILE)(?:: |, value: )(\S+?)[\s}]/g)];
      expect(named.length).toBeGreaterThan(1);
      const mounted = JSON.stringify(parseYaml(code));
      for (const [, name, path = ''] of named) {
        expect(known).toContain(name);
        // Docker mounts a secret below /run/secrets by its name, Kubernetes where the volume is mounted.
        const folder = path.slice(0, path.lastIndexOf('/'));
        const isMounted =
          folder === '/run/secrets'
            ? `"${path.slice(folder.length + 1)}":{"file":`
            : `"mountPath":"${folder}"`;
        expect(mounted).toContain(isMounted);
      }
    },
  },
  {
    name: 'is a command of Redis',
    claims: (block) => has(block, 'text', 'ACL SETUSER'),
    run: async ({ code }) => {
      if (!hasRedis) return;
      const redis = await startRedis();
      try {
        const [name = '', ...args] = code.trim().split(' ');
        expect(await redis.client.call(name, ...args)).toBe('OK');
      } finally {
        await redis.close();
      }
    },
  },
  {
    name: 'is a drawing whose files exist',
    claims: ({ language }) => language === 'mermaid',
    run: async ({ code }) => {
      expect(code).toMatch(/^(?:flowchart (?:TD|LR)|sequenceDiagram)\n/);
      const files = [...code.matchAll(/\bsrc\/[\w./-]+\.ts\b/g)].map(([file]) => file);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) await readFile(new URL(file, root));
    },
  },
];

const isPlainGateway = ({ file, code }: CodeBlock) => file !== guide && !code.includes('.listen(4000)');

async function checkConfigFile({ code }: CodeBlock, world: DocumentsWorld): Promise<void> {
  const { secretKey, publishableKey, url } = world.clerk;
  const env = {
    CLERK_SECRET_KEY: secretKey,
    CLERK_PUBLISHABLE_KEY: publishableKey,
    CLERK_API_URL: url,
    CLERK_AUTHORIZED_PARTIES: 'any',
  };
  const folder = await newFolder({ 'mintgate.config.ts': code });
  const { code: exitCode, stdout } = await runCommand(['check'], { folder, env });
  if (!code.includes('support:')) {
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('ok   template') });
    return;
  }
  expect(stdout).toMatch(/^ok {3}template hasura/m);
  expect(stdout).toMatch(/^ok {3}template reports/m);
  expect(stdout).toMatch(
    /^fail template support: configured, but the instance has no JWT template of this name/m,
  );
  const limited = await runCommand(['check'], { folder, env: { ...env, MINTGATE_TEMPLATES: 'hasura' } });
  expect(limited).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^ok {3}template hasura.*\nnote templates of the instance that are not configured.*reports/m,
    ),
  });
}

/** Runs a block as the application of which it is a part. */
async function runApplication({ code }: CodeBlock, world: DocumentsWorld): Promise<void> {
  const url = await world.gateway();
  const sessionToken = await world.clerk.mintSessionToken('sess_ada');
  const around = `const sessionToken = process.env.SESSION_TOKEN;
    const clerk = { session: { getToken: async () => sessionToken } };
    const show = (...values) => console.log(JSON.stringify(values));`;
  const show = async (part: string) => {
    const program = `${around}\n${part.replace('https://tokens.example.com/graphql', url)}`;
    const { stdout } = await world.program(program, { SESSION_TOKEN: sessionToken });
    return JSON.parse(stdout) as unknown[];
  };
  const [shown] = await show(code);
  const jwt = (shown as { jwt?: unknown }).jwt ?? shown;
  if (typeof jwt === 'number') expect(jwt).toBeGreaterThan(0);
  else expect(jwt).toMatch(tokenForm);
  if (/TokenError|errors/.test(code))
    expect((await show(code.replace('hasura', 'unknown')))[0]).toBe('TEMPLATE_NOT_FOUND');
}

const signIn = 'TOKEN=$(curl -s -X POST http://127.0.0.1:4000/dev/sessions/sess_ada/token)\n';

async function runRequest({ code }: CodeBlock, world: DocumentsWorld): Promise<void> {
  if (code.includes('$SESSION_TOKEN')) {
    const { origin } = new URL(await world.gateway());
    const token = await world.clerk.mintSessionToken('sess_ada');
    const { stdout } = await runShell(code, origin, { SESSION_TOKEN: token });
    return expectToken(stdout);
  }
  const persisted = code.includes('documentId');
  const origin = await world.dev(persisted ? { MINTGATE_PERSISTED_ONLY: 'true' } : {});
  // As it is, a subscription would end after a minute.
  const request = (code.includes('TOKEN=$(') ? code : signIn + code).replace('-m 60', '-m 2');
  const { stdout } = await runShell(request, origin);
  expectToken(stdout);
  if (!persisted) return;
  const without = await runShell(request, await world.dev());
  expect(without.stdout).toContain('set MINTGATE_PERSISTED_ONLY ');
}

function expectToken(output: string): void {
  expect(output).toMatch(/"sessionToken":\{[^}]*"jwt":"eyJ/);
  expect(output).not.toContain('"errors"');
}

/** Compares an answer in a document with a real one: the same members, and the same codes and messages. */
async function compareAnswer({ code }: CodeBlock, world: DocumentsWorld): Promise<void> {
  const shown = JSON.parse(code) as { errors?: { extensions: { code: string } }[] };
  const errorCode = shown.errors?.[0]?.extensions.code;
  const template = errorCode === 'TEMPLATE_NOT_FOUND' ? 'unknown' : 'hasura';
  const isLimited = errorCode === 'RATE_LIMITED';
  const url = await world.gateway(isLimited ? { mintBudget: 1, mintBudgetShare: 1 } : {});
  const ask = async (session: string) => {
    const authorization = `Bearer ${await world.clerk.mintSessionToken(session)}`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: `{ sessionToken(template: "${template}") { jwt expiresIn } }` }),
    });
    return answer.json();
  };
  if (isLimited) await ask(world.clerk.controls.createSession({ userId: 'user_grace' }));
  expect(withoutValues(await ask('sess_ada'))).toEqual(withoutValues(shown));
}

/** Replaces the values that differ from answer to answer by their type. */
function withoutValues(answer: unknown): unknown {
  const changing = ['jwt', 'expiresIn', 'retryAfter'];
  return JSON.parse(
    JSON.stringify(answer, (name, value) => (changing.includes(name) ? typeof value : value)),
  );
}

async function runDocument({ code: query }: CodeBlock, world: DocumentsWorld): Promise<void> {
  const accept = 'application/graphql-response+json, text/event-stream';
  const authorization = `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
  const isDiscovery = query.includes('tokenTemplates');
  const answer = await fetch(await world.gateway(isDiscovery ? { discovery: true } : {}), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization },
    body: JSON.stringify({ query, variables: { template: 'hasura' } }),
  });
  const reader = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  const { value = '' } = await reader.read();
  if (isDiscovery) expect(JSON.parse(value).data.session.tokenTemplates[0]).toHaveProperty('mintable');
  else expectToken(value);
  await reader.cancel();
}
