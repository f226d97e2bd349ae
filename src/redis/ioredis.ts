type Ioredis = Pick<typeof import('ioredis'), 'Redis' | 'ReplyError'>;

let loaded: Ioredis | undefined;

/** Loads ioredis, once. The first connection calls it, so that a gateway without Redis does not pay for the import. */
export async function loadIoredis(): Promise<Ioredis> {
  loaded ??= await import('ioredis');
  return loaded;
}

/** Returns whether an error is one that ioredis made of an error reply of Redis. Without ioredis there is none. */
export function isIoredisReplyError(error: unknown): error is Error {
  return loaded !== undefined && error instanceof loaded.ReplyError;
}
