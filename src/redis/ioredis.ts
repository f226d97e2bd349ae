type Ioredis = Pick<typeof import('ioredis'), 'Redis' | 'ReplyError'>;

let loaded: Ioredis | undefined;

/** Loads ioredis for the first connection: its import takes longer than that of many gateways without Redis may wait. */
export async function loadIoredis(): Promise<Ioredis> {
  loaded ??= await import('ioredis');
  return loaded;
}

/** Returns whether an error is one that ioredis made of an error reply of Redis. Without ioredis there is none. */
export function isIoredisReplyError(error: unknown): error is Error {
  return loaded !== undefined && error instanceof loaded.ReplyError;
}
