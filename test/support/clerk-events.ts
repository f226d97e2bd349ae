import { randomBytes } from 'node:crypto';
import { Webhook } from 'svix';
import type { Gateway } from '../../src/index.ts';
import { gatewayOrigin } from './gateway.ts';

/** Creates a signing secret in Clerk's form. */
export const newSigningSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

/** The delivery of a webhook. */
export interface Delivery {
  /** @default a new one */
  id?: string;
  /** The time of the signature. @default now */
  at?: Date;
  /** Headers that are added to those of Svix or replace them; `undefined` removes one. */
  headers?: Record<string, string | undefined>;
}

/** Body and headers of a webhook. */
export interface SignedWebhook {
  body: string;
  headers: Record<string, string>;
}

/** Signs an event, or any text, as Svix does for Clerk. */
export function signWebhook(secret: string, event: unknown, delivery: Delivery = {}): SignedWebhook {
  const { id = `msg_${randomBytes(8).toString('hex')}`, at = new Date(), headers = {} } = delivery;
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': new Webhook(secret).sign(id, at, body),
    ...headers,
  };
  const present = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
  return { body, headers: Object.fromEntries(present) };
}

/** The URL of the webhook endpoint of gateways under test. */
export const webhookUrl = `${gatewayOrigin}/webhooks/clerk`;

/** Sends a webhook to a gateway. */
export function send(gateway: Gateway, { body, headers }: SignedWebhook): Promise<Response> {
  return gateway.fetch(new Request(webhookUrl, { method: 'POST', body, headers }));
}

/** An event in the form of Clerk's OpenAPI file for webhooks. */
export interface ClerkEventBody {
  object: 'event';
  type: string;
  /** Milliseconds in Clerk's events, but seconds in the examples of the OpenAPI file. */
  timestamp: number;
  instance_id: string;
  event_attributes: { http_request: { client_ip: string; user_agent: string } };
  data: Record<string, unknown>;
}

/** Creates an event. @param timestamp - milliseconds since the epoch */
export function eventOf(type: string, data: Record<string, unknown>, timestamp = Date.now()): ClerkEventBody {
  return {
    object: 'event',
    type,
    timestamp,
    instance_id: 'ins_local',
    event_attributes: { http_request: { client_ip: '192.0.2.1', user_agent: 'test' } },
    data,
  };
}

/** Creates events with all fields that Clerk's OpenAPI file requires. @param moment - milliseconds since the epoch */
export function clerkEvents(moment: number = Date.now()) {
  const dates = { created_at: moment - 1_000, updated_at: moment };
  const user = (id: string, more: Record<string, unknown> = {}) => ({
    object: 'user',
    id,
    external_id: null,
    primary_email_address_id: null,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    username: null,
    first_name: 'Ada',
    last_name: null,
    profile_image_url: 'https://img.example.com/a',
    image_url: 'https://img.example.com/a',
    has_image: false,
    public_metadata: {},
    private_metadata: null,
    unsafe_metadata: {},
    email_addresses: [],
    phone_numbers: [],
    web3_wallets: [],
    passkeys: [],
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    external_accounts: [],
    saml_accounts: [],
    enterprise_accounts: [],
    last_sign_in_at: dates.created_at,
    banned: false,
    locked: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: null,
    delete_self_enabled: true,
    create_organization_enabled: true,
    create_organizations_limit: null,
    last_active_at: dates.created_at,
    legal_accepted_at: null,
    ...dates,
    ...more,
  });
  const organization = (id: string) => ({
    object: 'organization',
    id,
    name: 'Acme',
    slug: 'acme',
    image_url: 'https://img.example.com/o',
    has_image: false,
    members_count: 2,
    pending_invitations_count: 0,
    max_allowed_memberships: 5,
    admin_delete_enabled: true,
    public_metadata: {},
    private_metadata: {},
    created_by: 'user_ada',
    ...dates,
  });
  const session = (id: string, userId: string, status: string) => ({
    object: 'session',
    id,
    user_id: userId,
    user: user(userId),
    client_id: 'client_1',
    actor: null,
    status,
    last_active_organization_id: null,
    last_active_at: dates.created_at,
    expire_at: moment + 604_800_000,
    abandon_at: moment + 2_592_000_000,
    ...dates,
  });
  const membership = (organizationId: string, userId: string, role: string) => ({
    object: 'organization_membership',
    id: 'orgmem_1',
    role,
    role_name: 'Member',
    permissions: [],
    public_metadata: {},
    private_metadata: {},
    organization: organization(organizationId),
    public_user_data: {
      user_id: userId,
      first_name: 'Ada',
      last_name: null,
      profile_image_url: 'https://img.example.com/a',
      image_url: 'https://img.example.com/a',
      has_image: false,
      identifier: 'ada@example.com',
    },
    ...dates,
  });
  const deleted = (object: string, id: string) => ({ object, id, deleted: true });
  const at = (type: string, data: Record<string, unknown>) => eventOf(type, data, moment);
  return {
    /** @param how - such as `revoked` */
    session: (how: string, id: string, userId = 'user_ada') => at(`session.${how}`, session(id, userId, how)),
    userUpdated: (id: string, more?: Record<string, unknown>) => at('user.updated', user(id, more)),
    userDeleted: (id: string) => at('user.deleted', deleted('user', id)),
    membership: (how: string, userId: string, role = 'org:member') =>
      at(`organizationMembership.${how}`, membership('org_acme', userId, role)),
    organizationUpdated: (id: string) => at('organization.updated', organization(id)),
    organizationDeleted: (id: string) => at('organization.deleted', deleted('organization', id)),
  };
}
