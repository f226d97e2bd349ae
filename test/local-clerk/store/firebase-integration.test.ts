import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toFirebaseIntegration } from '../../../src/local-clerk/store/firebase-integration.ts';

const client_email = 'firebase-adminsdk@project.iam.gserviceaccount.com';

describe('T11 the Firebase integration', () => {
  test.each([null, undefined])('is off for %s', (data) => {
    expect(toFirebaseIntegration(data, undefined)).toBeNull();
  });

  test('has the key of the service account', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const integration = toFirebaseIntegration({ client_email, private_key }, undefined);
    expect(integration?.serviceAccount).toBe(client_email);
    expect(integration?.key().verificationKey).toBe(publicKey.export({ type: 'spki', format: 'pem' }));
  });

  test('generates one key when the data have none, and reuses it for the same account only', () => {
    const first = toFirebaseIntegration({ client_email }, undefined);
    expect(first?.key()).toBe(first?.key());
    expect(toFirebaseIntegration({ client_email }, first)).toBe(first);
    const other = toFirebaseIntegration({ client_email: `another-${client_email}` }, first);
    expect(other?.key()).not.toBe(first?.key());
  });

  test('is off after a replacement without it', () => {
    const first = toFirebaseIntegration({ client_email }, undefined);
    expect(toFirebaseIntegration(null, first)).toBeNull();
  });
});
