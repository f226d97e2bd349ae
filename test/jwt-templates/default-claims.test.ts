import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { defaultClaims, type FixedClaim, firebaseClaims } from '../../src/jwt-templates/default-claims.ts';
import { signFirebaseToken } from '../../src/local-clerk/tokens/firebase-token.ts';
import { signTemplateToken } from '../../src/local-clerk/tokens/template-token.ts';
import { findTokenSubject } from '../../src/local-clerk/tokens/token-subject.ts';
import { createTestInstance } from '../local-clerk/test-instance.ts';

const instance = await createTestInstance();
const subject = findTokenSubject(instance, 'sess_ada', ['active']);

/** Returns the type of each claim of a token. */
function typesIn(jwt: string) {
  return Object.fromEntries(Object.entries(decodeJwt(jwt)).map(([name, value]) => [name, typeof value]));
}

/** Returns the type of each claim that every token has. */
function typesOf(claims: Readonly<Record<string, FixedClaim>>) {
  const always = Object.entries(claims).filter(([, { presence }]) => presence === 'always');
  return Object.fromEntries(always.map(([name, { type }]) => [name, type]));
}

test('the default claims are those of a template without claims', async () => {
  const [template] = [...instance.store.templates.values()].filter(({ name }) => name === 'minimal');
  if (template === undefined) throw new Error('expected the template');
  expect(typesIn(await signTemplateToken(instance, subject, template))).toEqual(typesOf(defaultClaims));
});

test('the claims of the Firebase integration are those of its tokens', async () => {
  const { firebase } = instance.store;
  if (!firebase) throw new Error('expected the integration');
  expect(typesIn(await signFirebaseToken(instance, subject, firebase))).toEqual(typesOf(firebaseClaims));
});
