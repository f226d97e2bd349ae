/**
 * Names the types of your templates, by module augmentation. `mintgate types` writes it. Without it, every name of a template is accepted,
 * and claims are `Record<string, unknown>`.
 *
 * @example
 * declare module 'mintgate/client' {
 *   interface Register {
 *     templates: { hasura: { sub: string } };
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add to it
export interface Register {}

/** The claims of each template by its name: `Register['templates']`, or any claims of any template. */
export type RegisteredTemplates = Register extends { templates: infer Templates }
  ? Templates
  : Record<string, Record<string, unknown>>;

/** The name of a template: one of `Register['templates']`, or any text. */
export type TemplateName = keyof RegisteredTemplates & string;

/** The claims of a template. */
export type ClaimsOf<Name extends TemplateName> = RegisteredTemplates[Name];
