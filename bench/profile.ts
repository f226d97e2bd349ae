// Prints where the processor time of a cache hit goes, with and without the fast path: (a) by the request of the client.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientRequest } from './load/requests.ts';
import { startServer, startSurroundings } from './processes.ts';
import type { MintgateServer } from './servers/mintgate.ts';
import { mintgate } from './systems.ts';

const [warmUp, measured] = [20_000, 60_000];
/** Parts below this time are not printed, in microseconds. */
const least = 0.5;

const { clerk, load, stop } = await startSurroundings();
const folder = await mkdtemp(join(tmpdir(), 'mintgate-profile-'));
try {
  const file = join(folder, 'tokens.json');
  await clerk.writeTokens({ file, sessions: 1, each: 1 });
  const request = await clientRequest('long');
  for (const fastPath of [false, true]) {
    const server = await startServer<MintgateServer>('mintgate', {
      ...(await clerk.settings()),
      ...mintgate.settings,
      fastPath,
    });
    const common = { url: await server.ask.url(), request, file, choose: 'one', connections: 32 } as const;
    const send = (amount: number) => load.closedLoop({ ...common, from: 0, elapsed: 0, seed: 1, amount });
    await send(warmUp);
    const before = await server.ask.cpu();
    const { answered } = await send(measured);
    const perRequest = ((await server.ask.cpu()) - before) / answered;
    await server.ask.startProfile();
    await send(measured);
    const shares = await server.ask.stopProfile();
    await server.stop();
    console.log(
      `\n${fastPath ? 'With' : 'Without'} the fast path: ${perRequest.toFixed(0)} us per request\n`,
    );
    for (const [part, share] of shares.toSorted(([, one], [, other]) => other - one))
      if (share * perRequest >= least) console.log(`| ${part} | ${(share * perRequest).toFixed(1)} |`);
  }
} finally {
  await stop();
  await rm(folder, { recursive: true, force: true });
}
