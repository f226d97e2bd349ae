import type { User } from '../store/user.ts';

/** Returns a user as Clerk's API shows it. */
export function serializeUser(user: User) {
  return {
    object: 'user',
    id: user.id,
    external_id: user.external_id,
    username: user.username,
    first_name: user.first_name,
    last_name: user.last_name,
    locale: null,
    image_url: user.image_url,
    has_image: user.image_url !== '',
    primary_email_address_id: user.primary_email_address_id,
    primary_phone_number_id: user.primary_phone_number_id,
    primary_web3_wallet_id: null,
    email_addresses: user.email_addresses.map((email) => serializeEmailAddress(user, email)),
    phone_numbers: user.phone_numbers.map((phone) => serializePhoneNumber(user, phone)),
    web3_wallets: [],
    passkeys: [],
    external_accounts: [],
    saml_accounts: [],
    enterprise_accounts: [],
    public_metadata: user.public_metadata,
    private_metadata: user.private_metadata,
    unsafe_metadata: user.unsafe_metadata,
    password_enabled: true,
    two_factor_enabled: user.two_factor_enabled,
    totp_enabled: user.two_factor_enabled,
    backup_code_enabled: false,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    banned: user.banned,
    locked: user.locked,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: null,
    last_sign_in_at: user.last_sign_in_at,
    last_active_at: user.last_active_at,
    legal_accepted_at: null,
    delete_self_enabled: true,
    create_organization_enabled: true,
    create_organizations_limit: null,
    created_at: user.created_at,
    updated_at: user.updated_at,
  };
}

function serializeEmailAddress(user: User, email: User['email_addresses'][number]) {
  return {
    object: 'email_address',
    id: email.id,
    email_address: email.email_address,
    reserved: false,
    verification: serializeVerification(email.verification, 'email_code'),
    linked_to: [],
    matches_sso_connection: false,
    created_at: user.created_at,
    updated_at: user.updated_at,
  };
}

function serializePhoneNumber(user: User, phone: User['phone_numbers'][number]) {
  return {
    object: 'phone_number',
    id: phone.id,
    phone_number: phone.phone_number,
    reserved_for_second_factor: false,
    default_second_factor: false,
    reserved: false,
    verification: serializeVerification(phone.verification, 'phone_code'),
    linked_to: [],
    backup_codes: null,
    created_at: user.created_at,
    updated_at: user.updated_at,
  };
}

function serializeVerification(verification: { status: string } | null, strategy: string) {
  if (verification === null) return null;
  const { status } = verification;
  return { object: 'verification_otp', status, strategy, attempts: null, expire_at: null };
}
