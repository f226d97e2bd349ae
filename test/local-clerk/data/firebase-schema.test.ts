import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { firebaseSchema } from '../../../src/local-clerk/data/firebase-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const client_email = 'firebase-adminsdk@project.iam.gserviceaccount.com';

test('T11 a key file of a service account is accepted, without its other fields', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const file = { type: 'service_account', project_id: 'project', private_key, client_email };
  expect(firebaseSchema.parse(file)).toEqual({ client_email, private_key });
});

test('T11 the key is optional', () => {
  expect(firebaseSchema.parse({ client_email })).toEqual({ client_email });
});

test.each([{}, { client_email: 'no address' }, { client_email: 5 }])(
  'T11 %j has no usable address',
  (value) => {
    const problem = 'client_email: expected the e-mail address of a service account';
    expect(schemaProblems(firebaseSchema, value)).toEqual([problem]);
  },
);

test('T11 an unreadable key is refused and not quoted', () => {
  const problems = schemaProblems(firebaseSchema, { client_email, private_key: 'x y z' });
  expect(problems).toEqual([expect.stringContaining('private_key: expected an RSA key')]);
  expect(problems.join()).not.toContain('x y z');
});
