import type { Caller } from '../auth/caller.ts';
import { limitConcurrency } from '../time/limit-concurrency.ts';
import type { IsAuthorized } from './is-authorized.ts';
import { createPolicies, type ResolvedTemplates } from './policy.ts';
import type { TemplateDirectory } from './template-directory.ts';

/** Maximum number of templates of one list that are decided at once: each may call the host's `allow`. */
const maxDecisions = 10;

/** A template that is configured, for one caller. */
export interface TokenTemplate {
  readonly name: string;
  /** The lifetime requested from Clerk, in seconds; null for the lifetime of the template at Clerk. */
  readonly lifetime: number | null;
  /** Returns whether the caller may mint it at present. It is decided once. */
  readonly mintable: () => Promise<boolean>;
}

/** The caller and the time of a request for the list. */
export interface TemplatesSubject {
  readonly caller: Caller;
  /** When the request arrived, on the monotonic clock in milliseconds. */
  readonly startedAt: number;
}

/** Returns the configured templates for a caller, by name. @throws `UPSTREAM_UNAVAILABLE` for `'*'` while Clerk does not list them */
export type ListTokenTemplates = (subject: TemplatesSubject) => Promise<readonly TokenTemplate[]>;

interface ListTokenTemplatesOptions {
  /** Returns the present templates: others after a reload. */
  templates: () => ResolvedTemplates;
  /** Names the templates of the instance, where all of them are configured. */
  directory: TemplateDirectory;
  isAuthorized: IsAuthorized;
}

/** Creates the function that lists the configured templates. It mints, counts and audits nothing. */
export function createListTokenTemplates(options: ListTokenTemplatesOptions): ListTokenTemplates {
  const { templates, directory, isAuthorized } = options;
  return async (subject) => {
    const present = templates();
    const policies = createPolicies(present);
    const names = present.others ? await directory() : [...present.byName.keys()];
    const decide = limitConcurrency(maxDecisions);
    return names.toSorted().map((name) => {
      let decision: Promise<boolean> | undefined;
      return {
        name,
        lifetime: policies(name)?.lifetime ?? null,
        mintable() {
          decision ??= decide(() => isAuthorized({ ...subject, template: name }));
          return decision;
        },
      };
    });
  };
}
