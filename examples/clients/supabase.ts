import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { TokenSource } from 'mintgate/client';

/** A Supabase client that sends the template token; its publishable key alone when nobody is signed in. */
export function supabaseClient(url: string, publishableKey: string, source: TokenSource): SupabaseClient {
  return createClient(url, publishableKey, { accessToken: () => source.getToken() });
}
