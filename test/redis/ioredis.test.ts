import { expect, test } from 'vitest';
import { isIoredisReplyError, loadIoredis } from '../../src/redis/ioredis.ts';

test('ioredis is loaded once, and its reply errors are recognized', async () => {
  const { ReplyError } = await loadIoredis();
  expect((await loadIoredis()).ReplyError).toBe(ReplyError);
  const replyError: unknown = Object.assign(Object.create(ReplyError.prototype), { message: 'ERR' });
  expect(isIoredisReplyError(replyError)).toBe(true);
  expect(isIoredisReplyError(new Error('ERR'))).toBe(false);
});
