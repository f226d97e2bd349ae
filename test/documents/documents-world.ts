import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { createGateway, createLogger, type GatewayOptions } from '../../src/index.ts';
import {
  demoData,
  type LocalClerk,
  type LocalClerkData,
  startLocalClerk,
} from '../../src/local-clerk/index.ts';
import { atEndOfSuite, newFolder, quickStart, startDev } from '../support/command.ts';
import { workingOptions } from '../support/gateway.ts';

const source = (file: string) => JSON.stringify(new URL(`../../src/${file}`, import.meta.url).href);

/** The sources that documents import as an installed package. */
const packageFiles = {
  "'mintgate'": source('index.ts'),
  "'mintgate/client'": source('client/index.ts'),
  "'mintgate/client/documents'": source('client/documents.ts'),
  "'mintgate/react'": source('react/index.ts'),
  "'mintgate/opentelemetry'": source('opentelemetry.ts'),
};

/** The output of a process, and its exit code. */
export interface ProcessResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The servers that code blocks need, each started when it is first used. */
export interface DocumentsWorld {
  readonly clerk: LocalClerk;
  /** Returns the origin of `mintgate dev`. @param env - its environment */
  dev(env?: Record<string, string>): Promise<string>;
  /** Starts a gateway on the local Clerk. @returns the URL of its GraphQL endpoint */
  gateway(options?: Partial<GatewayOptions>): Promise<string>;
  /** Runs a program with the imports of documents, and with the keys of the local Clerk in its environment. */
  program(code: string, env?: Record<string, string>): Promise<ProcessResult>;
}

/** Prepares the servers for the tests of a file. */
export function useDocumentsWorld(): () => DocumentsWorld {
  const atEnd = atEndOfSuite();
  let world: DocumentsWorld | undefined;
  beforeAll(async () => {
    const clerk = await startLocalClerk({ data: documentsData() });
    atEnd(() => clerk.close());
    world = createWorld(clerk, atEnd);
  });
  afterAll(() => {
    world = undefined;
  });
  return () => {
    if (world === undefined) throw new Error('expected the local Clerk to have started');
    return world;
  };
}

/** The demo data, with the templates of the subgraphs in docs/federation.md. */
function documentsData(): LocalClerkData {
  const { jwt_templates: templates = [], ...others } = demoData();
  const ofSubgraphs = ['inventory', 'billing'].map((name) => ({ name, claims: { aud: name } }));
  return { ...others, jwt_templates: [...templates, ...ofSubgraphs] };
}

type AtEnd = ReturnType<typeof atEndOfSuite>;

function createWorld(clerk: LocalClerk, atEnd: AtEnd): DocumentsWorld {
  const started = new Map<string, Promise<string>>();
  const once = (name: string, start: () => Promise<string>) => {
    const server = started.get(name) ?? start();
    started.set(name, server);
    return server;
  };
  return {
    clerk,
    dev: (env = {}) =>
      once(`dev ${JSON.stringify(env)}`, async () => {
        const { ready } = await startDev([], { env, atEnd });
        return new URL(ready.url).origin;
      }),
    gateway: (options = {}) =>
      once(`gateway ${JSON.stringify(options)}`, () => startGateway(clerk, options, atEnd)),
    program: (code, env = {}) => runProgram(clerk, code, env),
  };
}

async function startGateway(clerk: LocalClerk, options: Partial<GatewayOptions>, atEnd: AtEnd) {
  const logger = createLogger({ level: 'silent' });
  const gateway = createGateway({ ...workingOptions(clerk), logger, ...options });
  const server = createServer(gateway);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await gateway.dispose();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

async function runProgram(
  { secretKey, publishableKey, url }: LocalClerk,
  code: string,
  env: Record<string, string>,
): Promise<ProcessResult> {
  let program = code;
  for (const [name, file] of Object.entries(packageFiles)) program = program.replaceAll(name, file);
  expect(program).not.toMatch(/from 'mintgate/);
  const folder = await newFolder({ 'program.ts': program, 'package.json': '{"type":"module"}' });
  return run(process.execPath, [...quickStart.args, 'program.ts'], {
    cwd: folder,
    env: {
      ...quickStart.env,
      CLERK_SECRET_KEY: secretKey,
      CLERK_PUBLISHABLE_KEY: publishableKey,
      CLERK_API_URL: url,
      ...env,
    },
  });
}

/** Runs shell code. @param origin - replaces the address of the gateway in it */
export function runShell(
  code: string,
  origin: string,
  env: Record<string, string> = {},
): Promise<ProcessResult> {
  const here = code.replaceAll('http://127.0.0.1:4000', origin);
  expect(here).not.toBe(code);
  return run('bash', ['-euo', 'pipefail', '-c', here], { env });
}

async function run(
  command: string,
  args: readonly string[],
  { cwd, env }: { cwd?: string; env: Record<string, string> },
): Promise<ProcessResult> {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH ?? '', ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...output };
}
