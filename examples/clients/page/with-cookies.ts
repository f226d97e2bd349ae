import { followEvents } from './follow-events.ts';
import type { PageClient, Place } from './page-client.ts';
import { withTokenSource } from './with-token-source.ts';

/** `mintgate/client` and a subscription, both with Clerk's cookies, which a browser sends to a gateway on the same site. */
export function withCookies(place: Place): PageClient {
  return {
    ...withTokenSource(place),
    follow: (notify) => followEvents(place.gatewayUrl, 'include', place.template, notify),
  };
}
