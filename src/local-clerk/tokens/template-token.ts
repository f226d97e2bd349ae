import { isPlainObject } from '../../json/is-plain-object.ts';
import type { defaultClaims } from '../../jwt-templates/default-claims.ts';
import type { Instance } from '../instance.ts';
import { randomHex } from '../random-id.ts';
import type { Template } from '../store/template.ts';
import { renderClaims } from './shortcode.ts';
import { shortcodeValues } from './shortcode-values.ts';
import { signJwt } from './sign-jwt.ts';
import type { TokenSubject } from './token-subject.ts';

/** Marks a template token in the JOSE header `cat`, so that it is not accepted as a session token. */
const templateTokenCategory = 'cl_B7d4PD222AAA';

/**
 * Signs a template token with the claims of the template and the automatic claims, which take precedence. It is signed with the
 * custom key of the template, or with the key of the instance.
 *
 * @param lifetimeSeconds - seconds. @default the lifetime of the template
 */
export function signTemplateToken(
  instance: Instance,
  subject: TokenSubject,
  template: Template,
  lifetimeSeconds: number = template.lifetime,
): Promise<string> {
  const rendered = renderClaims(template.claims, shortcodeValues(subject));
  const iat = instance.clock.seconds();
  const claims = {
    ...(isPlainObject(rendered) ? rendered : {}),
    ...({
      exp: iat + lifetimeSeconds,
      iat,
      iss: instance.issuer,
      jti: randomHex(10),
      nbf: iat - template.allowed_clock_skew,
      sub: subject.user.id,
    } satisfies Record<Exclude<keyof typeof defaultClaims, 'azp'>, unknown>),
  };
  const header = { cat: templateTokenCategory };
  if (!template.key) return instance.keys.sign(claims, header);
  const { algorithm, signingKey } = template.key;
  return signJwt(claims, { alg: algorithm, ...header }, signingKey);
}
