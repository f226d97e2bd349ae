// (m) subgraph tokens: what the plugin for Hive Gateway adds to an operation with one request to a subgraph.
import { startServer } from '../processes.ts';
import type { Run } from '../run.ts';
import type { SubgraphTokensServer } from '../servers/subgraph-tokens.ts';
import { median, type Table } from '../table.ts';

const names = [
  'Hive Gateway, a fixed header',
  'the same again: the error of the other figures',
  'Hive Gateway with `mintgate/hive-gateway`, Mintgate in the same process',
] as const;

export async function subgraphTokens({ clerk, scale, progress }: Run): Promise<Table> {
  progress('(m) operations of Hive Gateway');
  const server = await startServer<SubgraphTokensServer>('subgraph-tokens', { ...(await clerk.settings()) });
  try {
    // The turns are short: several for each one of (a).
    const [warmTurns, turns] = [5 * scale.warmTurns, 5 * scale.turns];
    return tableOf(await server.ask.measure(await clerk.sessionToken(), warmTurns, turns));
  } finally {
    await server.stop();
  }
}

function tableOf(times: readonly (readonly number[])[]): Table {
  const added = times.map((turns) =>
    median(turns.map((cpu, turn) => cpu - (times[0]?.[turn] ?? Number.NaN))),
  );
  return {
    ...{ id: 'm', title: 'subgraph tokens: what they add to an operation of Hive Gateway' },
    notes: [
      'Each operation has one request to a subgraph that answers at once, without HTTP. The template token is held: the plugin asks Mintgate for it in each operation.',
    ],
    grids: [
      {
        columns: ['router', 'CPU us per operation', 'CPU us added per subgraph request'],
        rows: names.map((name, at) => [
          name,
          median(times[at] ?? []).toFixed(0),
          (added[at] ?? 0).toFixed(1),
        ]),
      },
    ],
  };
}
