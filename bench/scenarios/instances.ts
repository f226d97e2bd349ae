// (i) two instances that share a Redis.
import { hasRedis, startRedis } from '../../test/support/redis-server.ts';
import type { Run } from '../run.ts';
import { longQuestion, mintgate } from '../systems.ts';
import { rounded, type Table } from '../table.ts';
import { errors } from './felt.ts';

/** Requests per second to each instance. */
const rate = 100;

export async function instances(run: Run): Promise<Table> {
  const { clerk, load, scale } = run;
  const table = {
    id: 'i',
    title: `two instances with Redis: ${scale.shared} sessions arrive at both at once`,
  };
  const columns = ['step', 'requests', 'calls to Clerk', 'p50 ms', 'p99 ms', 'errors'];
  if (!hasRedis) return { ...table, notes: ['Not run: redis-server is not installed.'], grids: [] };
  run.progress('(i)');
  const redis = await startRedis();
  const file = await run.sign({ sessions: scale.shared, each: 3 });
  const servers = await Promise.all([1, 2].map(() => run.start(mintgate, { redisUrl: redis.url })));
  try {
    const urls = await Promise.all(servers.map(({ ask }) => ask.url()));
    const began = Date.now();
    const common = { body: longQuestion, file, began, rate };
    const step = async (
      name: string,
      choose: 'in turn' | 'any session',
      which: readonly string[],
      seconds: number,
    ) => {
      const before = await clerk.mints();
      const results = await Promise.all(
        which.map((url) => load.openLoop({ ...common, url, choose, seconds })),
      );
      const [first] = results;
      if (first === undefined) throw new Error('expected a result');
      const requests = results
        .flatMap((result) => Object.values(result.outcomes))
        .reduce((sum, count) => sum + count, 0);
      return [
        name,
        requests,
        (await clerk.mints()) - before,
        ...[rounded(Math.max(...results.map(({ p50 }) => p50)))],
        ...[rounded(Math.max(...results.map(({ p99 }) => p99)))],
        results.map(errors).join(', '),
      ];
    };
    const all = scale.shared / rate;
    const rows = [
      await step('the same sessions at both at once', 'in turn', urls, all),
      await step('again, at random', 'any session', urls, all),
    ];
    const third = await run.start(mintgate, { redisUrl: redis.url });
    try {
      const url = await third.ask.url();
      rows.push(await step('a third instance starts: the same sessions', 'in turn', [url], all));
    } finally {
      await third.stop();
    }
    return { ...table, notes: ['The times are those of the slower instance.'], grids: [{ columns, rows }] };
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
    await redis.close();
  }
}
