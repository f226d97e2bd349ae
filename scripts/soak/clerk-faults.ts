import type { LocalClerk } from '../../src/local-clerk/index.ts';
import type { Cable } from '../../test/support/cable.ts';
import { clerkErrorBody } from '../../test/support/clerk-errors.ts';
import { mintEndpoint } from '../../test/support/mint-endpoint.ts';
import { nowSeconds } from '../../test/support/tokens.ts';

/** Begins a fault. @returns a function that ends it */
type Fault = (clerk: LocalClerk, cable: Cable) => End | Promise<End>;
type End = () => void | Promise<void>;

const keySetEndpoint = 'GET /v1/jwks';

/** Answers every mint with a fixed response. */
function answering(status: number, body: unknown, headers: Record<string, string> = {}): Fault {
  return ({ controls }) => {
    controls.answerAlways({ status, body, headers }, mintEndpoint);
    return () => controls.answerAlways(null, mintEndpoint);
  };
}

/** Answers every mint with a token that Clerk would not mint. */
function minting(claims: (now: number) => Record<string, unknown>): Fault {
  return async (clerk, cable) => {
    const jwt = await clerk.sign(claims(nowSeconds()));
    return answering(200, { object: 'token', jwt })(clerk, cable);
  };
}

function slow(milliseconds: number): Fault {
  return ({ controls }) => {
    controls.setLatency(milliseconds);
    return () => controls.setLatency(0);
  };
}

function rotated(old: 'kept' | 'dropped', keySet: 'available' | 'hanging'): Fault {
  return async ({ controls }) => {
    await controls.rotateSigningKey({ keepOld: old === 'kept' });
    return keySet === 'hanging' ? controls.hang(keySetEndpoint) : () => {};
  };
}

interface Template {
  id: string;
  name: string;
  claims: object;
  lifetime: number;
}

/** Edits every template, as in the Clerk Dashboard. @returns the templates before the change */
async function editTemplates(clerk: LocalClerk, edit: (template: Template) => Template) {
  // Its own key, because those of the gateways are rotated.
  const key = clerk.controls.addSecretKey();
  const call = (path: string, method: string, body: string | null = null) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    return clerk.fetch(new Request(clerk.url + path, { method, headers, body }));
  };
  const templates = (await (await call('/v1/jwt_templates', 'GET')).json()) as Template[];
  for (const { id, name, claims, lifetime } of templates.map(edit)) {
    const body = JSON.stringify({ name, claims, lifetime });
    const { ok, status } = await call(`/v1/jwt_templates/${id}`, 'PATCH', body);
    if (!ok) throw new Error(`the local Clerk refused to change a template: HTTP ${status}`);
  }
  clerk.controls.removeSecretKey(key);
  return templates;
}

/** Faults of Clerk, and of the network to it. */
export const clerkFaults = {
  'slow, 300 ms': slow(300),
  'slow, 2 s': slow(2_000),
  'slower than the deadline': slow(4_000),
  hanging: ({ controls }) => controls.hang(),
  'every answer is 500': ({ controls }) => {
    controls.answerAlways({ status: 500, body: clerkErrorBody('internal_clerk_error', 'Oops') });
    return () => controls.answerAlways(null);
  },
  '503 with Retry-After': answering(503, 'Service Unavailable', { 'retry-after': '1' }),
  '429 with Retry-After': answering(429, clerkErrorBody('too_many_requests', 'Too many'), {
    'retry-after': '1',
  }),
  'a small rate limit': ({ controls }) => {
    controls.setRateLimit({ limit: 5, windowMs: 500, retryAfterSeconds: 1 });
    return () => controls.setRateLimit(false);
  },
  'connections refused': async (_clerk, cable) => {
    await cable.unplug();
    return cable.plug;
  },
  'connections reset': (_clerk, cable) => {
    cable.damage('reset');
    return () => cable.damage('none');
  },
  'answers cut short': (_clerk, cable) => {
    cable.damage(400);
    return () => cable.damage('none');
  },
  'signing key rotated': rotated('kept', 'available'),
  'signing key rotated, the old one dropped': rotated('dropped', 'available'),
  'signing key rotated, key set hanging': rotated('kept', 'hanging'),
  'secret key refused': ({ controls }) => {
    const body = clerkErrorBody('clerk_key_invalid', 'The provided Clerk Secret Key is invalid.');
    controls.answerAlways({ status: 401, body });
    return () => controls.answerAlways(null);
  },
  "another user's tokens": minting((iat) => ({ sub: 'user_stranger', iat, exp: iat + 60 })),
  'tokens that live too long': async (clerk) => {
    const before = await editTemplates(clerk, (template) => ({ ...template, lifetime: 7_200 }));
    const byId = new Map(before.map((template) => [template.id, template]));
    return async () => void (await editTemplates(clerk, (now) => byId.get(now.id) ?? now));
  },
  'expired tokens': minting((now) => ({ sub: 'user_stranger', iat: now - 120, exp: now - 60 })),
  'answers without a token': answering(200, { object: 'token' }),
  'a web page instead of JSON': answering(200, '<!doctype html><title>Login</title>', {
    'content-type': 'text/html',
  }),
  'truncated JSON': answering(200, '{"jwt":"ey', { 'content-type': 'application/json' }),
  '401 of a proxy': answering(401, '<!doctype html><title>Unauthorized</title>', {
    'content-type': 'text/html',
  }),
  '404 of another gateway': answering(404, { errors: [{ message: 'Session not found' }] }),
  'no session is known': answering(404, clerkErrorBody('resource_not_found', 'Session not found')),
  'no template is known': answering(404, clerkErrorBody('resource_not_found', 'JWT template not found')),
} satisfies Record<string, Fault>;

export type ClerkFault = keyof typeof clerkFaults;

/** A fault that causes INTERNAL_SERVER_ERROR. */
interface InternalErrorFault {
  fault: ClerkFault;
  /** How long it can cause the error after its end, in milliseconds. */
  afterMs: number;
  /** The reason of the error, which gateways in development tell. */
  reason: RegExp;
}

/** The longest time for which a discarded answer is cached, in milliseconds. */
const discardedFor = 30_000;

/** The faults that cause INTERNAL_SERVER_ERROR: the gateway must discard the tokens of Clerk, or its own credentials are refused. */
export const internalErrorFaults: readonly InternalErrorFault[] = [
  { fault: 'secret key refused', afterMs: 0, reason: /refuses the secret key/ },
  { fault: "another user's tokens", afterMs: discardedFor, reason: /is not the caller's user id/ },
  { fault: 'tokens that live too long', afterMs: discardedFor, reason: /lives longer than maxLifetime/ },
];
