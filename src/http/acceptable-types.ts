/** The media types of answers: those of GraphQL over HTTP, and those of answers in several parts. */
export const offeredTypes: readonly string[] = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
];

const maxVerdicts = 200;
/** Longest header whose verdict is cached, in characters. */
const maxCachedLength = 500;
/** By header: clients send few different ones. */
const verdicts = new Map<string, boolean>();

/**
 * Returns whether an `Accept` header accepts a media type of an answer (RFC 9110, section 12.5.1).
 *
 * @param accept - a missing and an empty header accept everything
 */
export function acceptsAny(accept: string): boolean {
  const known = verdicts.get(accept);
  if (known !== undefined) return known;
  const verdict = accept === '' || accept.split(',').some(isOffered);
  if (verdicts.size >= maxVerdicts) verdicts.clear();
  if (accept.length <= maxCachedLength) verdicts.set(accept, verdict);
  return verdict;
}

function isOffered(range: string): boolean {
  const [mediaRange = ''] = range.toLowerCase().split(';');
  const [type, subtype] = mediaRange.trim().split('/');
  return offeredTypes.some((offered) => {
    const [offeredType, offeredSubtype] = offered.split('/');
    return [offeredType, '*'].includes(type) && [offeredSubtype, '*'].includes(subtype);
  });
}
