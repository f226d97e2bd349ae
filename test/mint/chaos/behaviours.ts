import fc from 'fast-check';

/** How one call behaves. */
export type Behaviour = 'well' | 'throws' | 'rejects' | 'hangs' | 'slow' | 'late' | 'garbage';

export const behaviours: readonly Behaviour[] = [
  'well',
  'throws',
  'rejects',
  'hangs',
  'slow',
  'late',
  'garbage',
];

/** Behaviours, one for each call, again and again. */
export const anyBehaviours = fc.array(fc.constantFrom(...behaviours), { minLength: 1, maxLength: 30 });

/** Unexpected values of every type. */
export const garbage: readonly unknown[] = [
  ...[
    undefined,
    null,
    true,
    false,
    0,
    -1,
    Number.NaN,
    7n,
    '',
    'text',
    Symbol('what'),
    () => {},
    [],
    {},
    new Date(0),
  ],
  ...[
    { jwt: undefined },
    { jwt: null },
    { jwt: 7 },
    { jwt: '' },
    { jwt: 'a.b.c' },
    { jwt: { toString: () => 'a.b.c' } },
  ],
  ...[{ kind: 'unheard of' }, { kind: 'empty' }, { kind: 'empty', refillMs: Number.NaN }, new Proxy({}, {})],
  {
    get jwt(): string {
      throw new Error('not readable');
    },
  },
];

/** Returns the next element of a list on each call, again and again. */
export function endless<T>(list: readonly [T, ...T[]] | readonly T[]): () => T {
  let count = -1;
  return () => {
    count += 1;
    return list[count % list.length] as T;
  };
}

const nextGarbage = endless(garbage);

/** Wraps a function so that each call behaves as `behaviour` says. */
export function disturbed<A extends unknown[], T>(
  behaviour: () => Behaviour,
  well: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  return (...args) => {
    const now = behaviour();
    if (now === 'throws') throw new Error('chaos');
    if (now === 'rejects') return Promise.reject(new Error('chaos'));
    if (now === 'hangs') return new Promise(() => {});
    if (now === 'garbage') return nextGarbage() as Promise<T>;
    if (now === 'well') return well(...args);
    return after(now === 'slow' ? 60 : 400).then(() => well(...args));
  };
}

export function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
