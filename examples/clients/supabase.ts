import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { TokenSource } from 'mintgate/client';

/** Creates a Supabase client that sends the template token, or its publishable key alone when no session is signed in. */
export function supabaseClient(url: string, publishableKey: string, source: TokenSource): SupabaseClient {
  return createClient(url, publishableKey, { accessToken: () => source.getToken() });
}

/**
 * Passes each new token to Realtime at once. By default, Realtime reads the token at each heartbeat (25 s), and Supabase permanently closes
 * a channel whose token expires before the next heartbeat.
 *
 * @returns a function that ends it
 */
export function keepRealtimeSignedIn({ realtime }: SupabaseClient, source: TokenSource): () => void {
  return source.subscribe(() => void realtime.setAuth());
}
