import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The functions that a process offers to its parent, by name. */
type Handlers = Record<string, (...args: never[]) => unknown>;

/** The same functions, as the parent calls them. */
export type Remote<Asked extends Handlers> = {
  readonly [Name in keyof Asked]: (
    ...args: Parameters<Asked[Name]>
  ) => Promise<Awaited<ReturnType<Asked[Name]>>>;
};

/** A child process that answers calls. */
export interface CallableProcess<Asked extends Handlers> {
  readonly child: ChildProcess;
  readonly ask: Remote<Asked>;
}

interface Call {
  call: number;
  name: string;
  args: unknown[];
}

interface Reply {
  call: number;
  result?: unknown;
  error?: string;
}

/** In the child process: answers the calls of the parent. */
export function answerParent(handlers: Handlers): void {
  process.on('message', async ({ call, name, args }: Call) => {
    try {
      process.send?.({ call, result: await handlers[name]?.(...(args as never[])) });
    } catch (error) {
      process.send?.({ call, error: String(error) });
    }
  });
  process.send?.({ ready: true });
}

export interface CallableProcessOptions {
  /** Called with each message that is not a reply. */
  onMessage?: (message: unknown) => void;
  /** A command that runs Node.js, with its arguments, such as `taskset`. */
  wrapper?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** Starts a child process, and waits until it answers. @param file - the module that it runs */
export async function startProcess<Asked extends Handlers>(
  file: string,
  { onMessage = () => {}, wrapper = [], env = process.env }: CallableProcessOptions = {},
): Promise<CallableProcess<Asked>> {
  const [command = '', ...args] = [...wrapper, process.execPath, file];
  // The output of the child goes to standard error, because standard output has the report of this process.
  const child = spawn(command, args, { stdio: ['ignore', 2, 2, 'ipc'], env });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} has ended: ${code}`)));
  ended.catch(() => {});
  await Promise.race([once(child, 'message'), ended]);
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on('message', (message: Reply | { call?: undefined }) => {
    if (message.call === undefined) return onMessage(message);
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
    child.send({ call: calls, name, args } satisfies Call, (error) => error && answer.reject(error));
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
