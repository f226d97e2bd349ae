import { defaultClaims, firebaseClaims } from '../../jwt-templates/default-claims.ts';
import type { ObjectType } from './claim-type.ts';
import type { SelectedTemplate } from './select-templates.ts';
import { typeOfClaims, typeOfFixedClaims } from './type-of-claims.ts';

/** The type of the tokens of a template. */
export interface TemplateType {
  /** The name of the template. */
  name: string;
  /** The name of the TypeScript interface. */
  interfaceName: string;
  /** Whether the tokens also have the claims that Clerk adds to every template's tokens. */
  defaults: 'with' | 'without';
  /** The claims, without those. */
  claims: ObjectType;
}

/** The name of the interface with the claims that Clerk adds. */
export const defaultsInterface = 'DefaultClaims';

/** The type of the claims that Clerk adds to the tokens of every template. */
export const defaultClaimsType = typeOfFixedClaims(defaultClaims);

/** Returns the types of templates. @param templates - sorted: the order decides about equal names of interfaces */
export function typesOfTemplates(templates: readonly SelectedTemplate[]): TemplateType[] {
  const taken = new Set([defaultsInterface]);
  return templates.map((template) => {
    const { name } = template;
    const interfaceName = unusedName(interfaceNameOf(name), taken);
    taken.add(interfaceName);
    return template.kind === 'firebase'
      ? { name, interfaceName, defaults: 'without', claims: typeOfFixedClaims(firebaseClaims) }
      : { name, interfaceName, defaults: 'with', claims: ownClaims(template.claims) };
  });
}

/** Returns the type of the claims that come from the template. Clerk's own claims take precedence. */
function ownClaims(claims: object): ObjectType {
  return typeOfClaims(
    Object.fromEntries(Object.entries(claims).filter(([name]) => !Object.hasOwn(defaultClaims, name))),
  );
}

/** Returns the name of an interface, such as `MyServiceClaims` for `my-service`. */
function interfaceNameOf(template: string): string {
  const words = template.split(/[_-]+/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const name = `${words.join('')}Claims`;
  return /^\d/.test(name) ? `Template${name}` : name;
}

function unusedName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
