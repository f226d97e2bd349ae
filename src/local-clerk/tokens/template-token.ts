import { CompactSign } from 'jose';
import type { Instance } from '../instance.ts';
import { isPlainObject } from '../plain-object.ts';
import { randomHex } from '../random-id.ts';
import type { Template } from '../template.ts';
import type { Subject } from './session-subject.ts';
import { renderClaims } from './shortcode.ts';
import { shortcodeValues } from './shortcode-values.ts';

/** Marks template tokens in the JOSE header, so that none passes for a session token. */
const TEMPLATE_TOKEN_CATEGORY = 'cl_B7d4PD222AAA';

/**
 * A template token: the template's claims with the automatic ones on top, signed by the template's own key or by the
 * instance's.
 *
 * @param lifetimeSeconds Instead of the template's lifetime.
 */
export function signTemplateToken(
  instance: Instance,
  subject: Subject,
  template: Template,
  lifetimeSeconds: number = template.lifetime,
): Promise<string> {
  const rendered = renderClaims(template.claims, shortcodeValues(subject));
  const iat = instance.clock.seconds();
  const claims = {
    ...(isPlainObject(rendered) ? rendered : {}),
    exp: iat + lifetimeSeconds,
    iat,
    iss: instance.issuer,
    jti: randomHex(10),
    nbf: iat - template.allowed_clock_skew,
    sub: subject.user.id,
  };
  const header = { cat: TEMPLATE_TOKEN_CATEGORY };
  if (!template.key) return instance.keys.sign(claims, header);
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: template.key.algorithm, typ: 'JWT', ...header })
    .sign(template.key.signingKey);
}
