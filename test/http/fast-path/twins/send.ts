import { categories, type Forge } from '../../../support/tokens.ts';
import type { WireAnswer } from '../../../support/wire-client.ts';
import type { Ask, CallerKind } from './requests.ts';
import { kid, type Twin } from './twins.ts';

/** Returns the headers with the credentials of a request. */
export type Credentials = (ask: Pick<Ask, 'caller' | 'renewsSession'>) => [string, string][];

const claimsOf: Partial<Record<CallerKind, Record<string, unknown>>> = {
  'ada of acme': { sid: 'sess_ada_acme', o: { id: 'org_acme', rol: 'admin', slg: 'acme' } },
  'grace of acme': {
    sid: 'sess_grace_acme',
    sub: 'user_grace',
    o: { id: 'org_acme', rol: 'member', slg: 'acme' },
  },
  impersonated: { sid: 'sess_grace', sub: 'user_grace', act: { sub: 'user_support' } },
  pending: { sts: 'pending' },
  'other party': { azp: 'https://evil.example' },
};

/** Creates the credentials of a sequence: each caller has a first session token, which it sends until it renews it. */
export function createCredentials(forge: Forge, wrongForge: Forge): Credentials {
  const kept = new Map<CallerKind, { token: string; signedAt: number }>();
  let renewals = 0;
  const signed = (kind: CallerKind, more: Record<string, unknown> = {}): string => {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      iat,
      nbf: iat - 10,
      exp: iat + 60,
      azp: 'https://app.example.com',
      sid: 'sess_ada',
      sub: 'user_ada',
      sts: 'active',
      v: 2,
    };
    const header = {
      ...{ alg: 'RS256', typ: 'JWT', kid: kind === 'wrong kid' ? 'ins_other' : kid },
      cat: kind === 'template token' ? categories.template : categories.session,
    };
    const key = kind === 'forged' ? wrongForge : forge;
    return key.compact(header, { ...claims, ...claimsOf[kind], ...timesOf(kind, iat), ...more });
  };
  const tokenFor = ({ caller, renewsSession }: Pick<Ask, 'caller' | 'renewsSession'>): string => {
    if (renewsSession === 'always') {
      renewals += 1;
      return signed(caller, { jti: `renewed-${renewals}` });
    }
    const known = kept.get(caller);
    if (known && (renewsSession === 'never' || Date.now() - known.signedAt < 50_000)) return known.token;
    const token = signed(caller);
    kept.set(caller, { token, signedAt: Date.now() });
    return token;
  };
  return (ask) => headersFor(ask.caller, () => tokenFor(ask));
}

function timesOf(kind: CallerKind, iat: number): Record<string, number> {
  if (kind === 'expired') return { iat: iat - 66, exp: iat - 6 };
  if (kind === 'early') return { iat: iat + 6 };
  return kind === 'long life' ? { exp: iat + 3_600 } : {};
}

function headersFor(caller: CallerKind, token: () => string): [string, string][] {
  switch (caller) {
    case 'none':
      return [];
    case 'garbage':
      return [['authorization', 'Bearer x.y.z']];
    case 'basic':
      return [['authorization', 'Basic YTpi']];
    case 'empty':
      return [['authorization', '']];
    case 'two tokens':
      return [['authorization', `Bearer ${token()} ${token()}`]];
    case 'lower-case scheme':
      return [['authorization', `bearer ${token()}`]];
    case 'cookie beside':
      return [
        ['authorization', `Bearer ${token()}`],
        ['cookie', '__session=x; __client_uat=1; other=2'],
      ];
    case 'cookie only':
      return [['cookie', `__session=${token()}; __client_uat=1`]];
    default:
      return [['authorization', `Bearer ${token()}`]];
  }
}

/** The bytes of a request. */
export interface WireRequest {
  readonly method: string;
  readonly pieces: readonly Buffer[];
  /** Whether the client must end the connection, because the server may wait for more bytes or answer several times. */
  readonly ends: boolean;
}

/** Returns the bytes of a request. */
export function toWire(ask: Ask, credentials: readonly (readonly [string, string])[]): WireRequest {
  const { method, target, headers, body, framing } = ask;
  const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
  const sent = hasBody ? body : '';
  const all = [
    ['host', 'tokens.example.com'],
    ...headers,
    ...credentials,
    ...(hasBody ? framingHeaders(ask) : []),
  ];
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...all.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
  const text =
    framing === 'chunked' && hasBody
      ? `${sent.length.toString(16)}\r\n${sent}\r\n0\r\n\r\n`.replace(/^0\r\n\r\n/, '')
      : sent;
  const ends =
    /^(?:short|long|no length|two lengths)$/.test(framing) ||
    (headers.length > 0 && headers.some(([name]) => /^(?:expect|host)$/i.test(name)));
  return { method, ends, pieces: piecesOf(head, text, framing) };
}

function framingHeaders({ framing, body }: Ask): [string, string][] {
  const length = String(body.length);
  switch (framing) {
    case 'chunked':
      return [['transfer-encoding', 'chunked']];
    case 'no length':
      return [];
    case 'short':
      return [['content-length', String(Math.max(0, body.length - 3))]];
    case 'long':
      return [['content-length', String(body.length + 3)]];
    case 'two lengths':
      return [
        ['content-length', length],
        ['content-length', String(body.length + 1)],
      ];
    default:
      return [['content-length', length]];
  }
}

function piecesOf(head: string, body: string, framing: Ask['framing']): Buffer[] {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  if (framing !== 'pieces') return [bytes(head + body)];
  const middle = Math.floor(body.length / 2);
  return [bytes(head), bytes(body.slice(0, middle)), bytes(body.slice(middle))];
}

/** Sends a request over a socket to a gateway. */
export async function sendByWire(
  twin: Twin,
  { method, pieces, ends }: WireRequest,
): Promise<readonly WireAnswer[]> {
  return ends ? twin.client.askAndEnd(pieces) : [await twin.client.ask(pieces, method)];
}

/** Returns the request for `gateway.fetch`, or `undefined` where `Request` refuses it. */
export function toFetch(
  ask: Ask,
  credentials: readonly (readonly [string, string])[],
): (() => Request) | undefined {
  const { method, target, headers, body, framing } = ask;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const bytes = Buffer.from(body, 'latin1');
  const build = () => {
    const pairs = [
      ...headers,
      ...credentials,
      ...(framing === 'two lengths' ? [['content-length', '5'] as const] : []),
    ];
    return new Request(new URL(target, 'https://tokens.example.com'), {
      ...{ method, headers: pairs.map(([name, value]): [string, string] => [name, value]), duplex: 'half' },
      ...(hasBody ? { body: framing === 'exact' ? bytes : streamOf(bytes, framing) } : {}),
    } as RequestInit);
  };
  try {
    build();
    return build;
  } catch {
    return undefined;
  }
}

function streamOf(bytes: Buffer, framing: Ask['framing']): ReadableStream {
  const middle = Math.floor(bytes.length / 2);
  const pieces =
    framing === 'short' ? [bytes.subarray(0, middle)] : [bytes.subarray(0, middle), bytes.subarray(middle)];
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(new Uint8Array(piece));
      else if (framing === 'short') controller.error(new Error('the client has gone'));
      else controller.close();
    },
  });
}

/** Sends a request to a gateway without a socket. */
export async function sendByFetch(twin: Twin, request: Request) {
  const response = await twin.gateway.fetch(request);
  const { status, statusText } = response;
  return {
    status,
    statusText,
    headers: [...response.headers].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)),
    body: await response.text(),
  };
}
