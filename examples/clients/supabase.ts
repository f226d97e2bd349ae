import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { TokenSource } from 'mintgate/client';

/** A Supabase client that sends the template token; its publishable key alone when nobody is signed in. */
export function supabaseClient(url: string, publishableKey: string, source: TokenSource): SupabaseClient {
  return createClient(url, publishableKey, { accessToken: () => source.getToken() });
}

/**
 * Gives Realtime each new token at once. Without it, Realtime asks for a token at each heartbeat (25 s), and Supabase closes a channel for good when
 * its token ends before the next one.
 *
 * @returns ends it
 */
export function keepRealtimeSignedIn({ realtime }: SupabaseClient, source: TokenSource): () => void {
  return source.subscribe(() => void realtime.setAuth());
}
