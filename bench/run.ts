import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientRequest, plainRequest, type TokenRequest } from './load/requests.ts';
import { type Started, type Surroundings, startServer, startSurroundings } from './processes.ts';
import type { Scale } from './scale.ts';
import type { MeasuredServer } from './servers/answer.ts';
import type { Answers } from './servers/base-line.ts';
import type { TokensWanted } from './servers/clerk.ts';
import { mintgate, type System } from './systems.ts';

/** The tools of every scenario. */
export interface Run extends Omit<Surroundings, 'stop'> {
  scale: Scale;
  /** The systems to compare Mintgate with. */
  peers: readonly System[];
  /** Creates session tokens that are valid for ten minutes. @returns the file that contains them */
  sign(wanted: Omit<TokensWanted, 'file'>): Promise<string>;
  /** Starts a server to measure, configured for the local Clerk. @param more - additional settings */
  start(system: System, more?: Record<string, unknown>): Promise<Started<MeasuredServer>>;
  /** Prints the progress to standard error. */
  progress(what: string): void;
}

/** Sets up the tools, runs the scenarios, and closes everything. */
export async function withRun<T>(
  { scale, peers }: Pick<Run, 'scale' | 'peers'>,
  use: (run: Run) => Promise<T>,
): Promise<T> {
  for (const { build } of peers) build?.();
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-bench-'));
  const { stop, clerk, load } = await startSurroundings();
  try {
    let files = 0;
    let answers: Answers | undefined;
    const settings = await clerk.settings();
    const run: Run = {
      ...{ clerk, load, scale, peers },
      async sign(wanted) {
        files += 1;
        const file = join(folder, `tokens-${files}.json`);
        await clerk.writeTokens({ ...wanted, file });
        return file;
      },
      start: (system, more = {}) =>
        startServer(system.file, {
          ...settings,
          ...(system.answers ? { answers } : {}),
          ...system.settings,
          ...more,
        }),
      progress: (what) => void process.stderr.write(`${what}\n`),
    };
    answers = await exampleAnswers(run);
    return await use(run);
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns answers of Mintgate, for the servers that always send the same. */
async function exampleAnswers(run: Run): Promise<Answers> {
  const server = await run.start(mintgate);
  try {
    const url = await server.ask.url();
    const authorization = `Bearer ${await run.clerk.sessionToken()}`;
    const answerTo = async ({ headers, body }: TokenRequest) => {
      const response = await fetch(url, { method: 'POST', headers: { ...headers, authorization }, body });
      const answer = await response.text();
      if (!answer.includes('"jwt"')) throw new Error(`expected a token: ${answer}`);
      return answer;
    };
    return {
      client: await answerTo(await clientRequest('bench')),
      plain: await answerTo(plainRequest('bench')),
    };
  } finally {
    await server.stop();
  }
}
