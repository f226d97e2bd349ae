/**
 * Clerk's Firebase integration. The key file of a Firebase service account, as Google provides it, is valid data. The
 * integration is not a JWT template: the API for JWT templates neither lists nor creates it.
 */
export interface FirebaseIntegrationData {
  /** The e-mail address of the service account: `iss` and `sub` of the tokens. */
  client_email: string;
  /** The private key of the service account: RSA, in PEM. @default a generated key, which Firebase does not accept */
  private_key?: string | undefined;
}
