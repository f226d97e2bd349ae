import { unref } from '../time/unref.ts';

/** Longest delay of a timer, in milliseconds: about 24 days. */
const longestDelay = 2 ** 31 - 1;

/** The state of a stream that ends at a time. */
interface EndingStream<T> {
  readonly source: AsyncIterator<T>;
  /** The calls of `next` that wait for a value. */
  readonly waiting: Set<(result: IteratorResult<T>) => void>;
  timer: ReturnType<typeof setTimeout> | undefined;
  isOver: boolean;
}

const over = { done: true, value: undefined } as const;

/**
 * Returns the values of a stream until a time has passed; then it completes, also where no value arrives, and the source is closed.
 *
 * @param ms - milliseconds until the end
 */
export function untilExpiry<T>(source: AsyncIterable<T>, ms: number): AsyncIterableIterator<T> {
  const stream: EndingStream<T> = {
    source: source[Symbol.asyncIterator](),
    ...{ waiting: new Set(), timer: undefined, isOver: false },
  };
  const expire = () => {
    end(stream);
    void close(stream);
  };
  stream.timer = setTimeout(expire, Math.min(Math.max(ms, 0), longestDelay));
  unref(stream.timer);
  return {
    next: () => next(stream),
    async return() {
      end(stream);
      await close(stream);
      return over;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function next<T>(stream: EndingStream<T>): Promise<IteratorResult<T>> {
  if (stream.isOver) return Promise.resolve(over);
  return new Promise((resolve, reject) => {
    stream.waiting.add(resolve);
    stream.source.next().then(
      (result) => {
        stream.waiting.delete(resolve);
        if (result.done) end(stream);
        resolve(stream.isOver ? over : result);
      },
      (error) => {
        stream.waiting.delete(resolve);
        end(stream);
        reject(error);
      },
    );
  });
}

function end<T>(stream: EndingStream<T>): void {
  stream.isOver = true;
  clearTimeout(stream.timer);
  for (const resolve of stream.waiting) resolve(over);
  stream.waiting.clear();
}

async function close<T>({ source }: EndingStream<T>): Promise<void> {
  try {
    await source.return?.();
  } catch {
    // The stream has ended for its reader; how its source fails does not matter any more.
  }
}
