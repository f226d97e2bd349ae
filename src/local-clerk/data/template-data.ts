/** A JWT template. Only `name` is required. */
export interface TemplateData {
  /** @default derived from the name */
  id?: string | undefined;
  /** A unique name: 1 to 256 characters without `/` and control characters. */
  name: string;
  /** The claims, with shortcodes such as `{{user.id}}`; reserved claims are refused. @default {} */
  claims?: Record<string, unknown> | undefined;
  /** The lifetime of the tokens: 30 to 315,360,000 seconds. @default 60 */
  lifetime?: number | undefined;
  /** The allowed clock skew: 0 to 300 seconds, subtracted from `iat` to give `nbf`. @default 5 */
  allowed_clock_skew?: number | undefined;
  /** Whether the template signs with a custom key instead of the key of the instance. @default true if there is a `signing_key` */
  custom_signing_key?: boolean | undefined;
  /** The algorithm of a custom key: `HS`, `RS` or `ES` with 256, 384 or 512. @default 'RS256' */
  signing_algorithm?: string | undefined;
  /** The custom key: a secret for `HS...`, else a private key in PEM. @default a generated key, with a warning */
  signing_key?: string | null | undefined;
  /** Milliseconds since the epoch. @default a fixed time, one second later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
}
