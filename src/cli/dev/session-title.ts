import type { DemoSession } from './demo-world.ts';

/** Returns what distinguishes a session from others of its user, such as `Acme admin`, `Revoked` or `Impersonated by Sam Support`. */
export function sessionTitle(session: DemoSession): string {
  const title = [situation(session), organization(session)].filter((part) => part !== undefined).join(', ');
  return title === '' ? 'No organization' : title;
}

function situation({ status, actorName }: DemoSession): string | undefined {
  if (status !== 'active') return `${status[0]?.toUpperCase()}${status.slice(1)}`;
  return actorName === null ? undefined : `Impersonated by ${actorName}`;
}

function organization({
  organizationId,
  organizationName,
  organizationRole,
}: DemoSession): string | undefined {
  if (organizationId === null) return undefined;
  return [organizationName ?? organizationId, organizationRole?.replace(/^org:/, '')]
    .filter(Boolean)
    .join(' ');
}
