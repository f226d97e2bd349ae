import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a process can be asked, by name. */
type Handlers = Record<string, (...args: never[]) => unknown>;

/** The same, seen from the process that asks. */
export type Remote<Asked extends Handlers> = {
  readonly [Name in keyof Asked]: (
    ...args: Parameters<Asked[Name]>
  ) => Promise<Awaited<ReturnType<Asked[Name]>>>;
};

/** A process of ours. */
export interface Helper<Asked extends Handlers> {
  readonly child: ChildProcess;
  readonly ask: Remote<Asked>;
}

interface Question {
  call: number;
  name: string;
  args: unknown[];
}

interface Reply {
  call: number;
  result?: unknown;
  error?: string;
}

/** In a process of ours: answers what the parent asks. */
export function answerParent(handlers: Handlers): void {
  process.on('message', async ({ call, name, args }: Question) => {
    try {
      process.send?.({ call, result: await handlers[name]?.(...(args as never[])) });
    } catch (error) {
      process.send?.({ call, error: String(error) });
    }
  });
  process.send?.({ ready: true });
}

export interface HelperOptions {
  /** Receives what it says without being asked. */
  onNews?: (news: unknown) => void;
  /** What stands before the command of Node.js: `taskset`, for example. */
  wrapper?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** Starts a process of ours. @param file - what it runs */
export async function startHelper<Asked extends Handlers>(
  file: string,
  { onNews = () => {}, wrapper = [], env = process.env }: HelperOptions = {},
): Promise<Helper<Asked>> {
  const [command = '', ...args] = [...wrapper, process.execPath, file];
  // Standard output is for the report of this process: whatever the other one prints goes beside it.
  const child = spawn(command, args, { stdio: ['ignore', 2, 2, 'ipc'], env });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} has ended: ${code}`)));
  ended.catch(() => {});
  await Promise.race([once(child, 'message'), ended]);
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on('message', (message: Reply | { call?: undefined }) => {
    if (message.call === undefined) return onNews(message);
    const { resolve, reject } = open.get(message.call) ?? {};
    open.delete(message.call);
    if (message.error === undefined) resolve?.(message.result);
    else reject?.(new Error(message.error));
  });
  child.on('exit', () => {
    for (const { reject } of open.values()) reject(new Error(`${file} has ended`));
    open.clear();
  });
  const ask = (name: string, args: unknown[]) => {
    calls += 1;
    const answer = Promise.withResolvers<unknown>();
    open.set(calls, answer);
    child.send({ call: calls, name, args } satisfies Question, (error) => error && answer.reject(error));
    return answer.promise;
  };
  const proxy = new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...args: unknown[]) =>
          ask(String(name), args),
    },
  );
  return { child, ask: proxy as Remote<Asked> };
}
