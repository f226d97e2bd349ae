import { markdownTable } from '../documents/markdown-table.ts';
import { floors, sideRooms } from './find-violations.ts';

/** The job of each room of `src/`. */
const jobs: Readonly<Record<string, string>> = {
  cli: 'the command: `init`, `dev`, `serve`, `check`, `types`, `fingerprint`, `revoke`, `schema`',
  index: 'the door `mintgate`, for Node.js',
  edge: 'the door `mintgate/edge`, for runtimes without Node.js',
  'create-gateway': 'composes a gateway of its parts',
  gateway: 'the parts that outlive a reload, and those that each reload makes anew',
  config: 'options and environment: formats, defaults, messages',
  http: 'everything between a request and GraphQL: plugins, limits, GraphiQL, `/ready`, webhooks',
  graphql: 'the schema and its resolvers',
  redis: 'what instances share',
  subscription: 'streams of tokens',
  mint: 'policies, the cache, limits, the call to Clerk, audit, statistics',
  revocation: 'revoked sessions and users',
  auth: 'verifies the caller',
  clerk: "Clerk's Backend API and key set",
  runtime: 'what differs between JavaScript runtimes',
  logging: 'log lines, without secrets',
  errors: 'error codes and messages',
  crypto: 'keyed hashes, encryption, compact JWS, comparison of secrets',
  time: 'clocks, waits, timeouts',
  json: 'depth and size of JSON values',
  telemetry:
    'what a gateway reports: counts, channels of `node:diagnostics_channel`, the interface of telemetry',
  subgraphs: 'the tokens of the subgraphs of a supergraph, and the headers that carry them',
  'jwt-templates': "Clerk's JWT templates: shortcodes, expressions, the claims that templates cannot set",
  client: '`mintgate/client`, which imports nothing of the gateway',
  react: '`mintgate/react`: a provider and a hook over `mintgate/client`',
  opentelemetry:
    '`mintgate/opentelemetry`: the instruments and spans of OpenTelemetry, with its door `src/opentelemetry.ts`',
  'hive-gateway':
    '`mintgate/hive-gateway`: the plugin of Hive Gateway for the tokens of subgraphs, with its door `src/hive-gateway.ts`',
  'local-clerk': '`mintgate/local-clerk`, a stand-in for Clerk',
};

/** Returns the rooms as a table, from the top floor to the ground floor. @throws Error when a room has no job */
export function floorsTable(): string {
  const rows = floors.flatMap((rooms, at) =>
    rooms.map((room) => [String(floors.length - 1 - at), nameOf(room), jobOf(room)]),
  );
  const side = [...sideRooms.keys()].map((room) => ['beside', nameOf(room), jobOf(room)]);
  return markdownTable(['floor', 'room', 'job'], [...rows, ...side]);
}

const files: readonly string[] = ['index', 'edge', 'create-gateway', 'errors'];

function nameOf(room: string): string {
  return files.includes(room) ? `\`src/${room}.ts\`` : `\`src/${room}/\``;
}

function jobOf(room: string): string {
  const job = jobs[room];
  if (job === undefined) throw new Error(`scripts/rooms/floors-table.ts: the room ${room} has no job`);
  return job;
}
