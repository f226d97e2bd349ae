import { useAuth } from '@clerk/react';
import { TokenError } from 'mintgate/client';
import { TokenProvider, useToken } from 'mintgate/react';
import { type ReactNode, useState } from 'react';

/** Provides the tokens of the signed-in session to the components in it. Render it in `ClerkProvider`. */
export function Tokens({ url, children }: { url: string; children?: ReactNode }) {
  return (
    <TokenProvider url={url} useAuth={useAuth}>
      {children}
    </TokenProvider>
  );
}

/** Shows whose token it is, and queries a service that needs the token. */
export function Profile({ serviceUrl }: { serviceUrl: string }) {
  const { token, claims, error, isLoading, getToken, refresh } = useToken('hasura');
  const [user, setUser] = useState('');

  // A token that is valid when the button is pressed.
  async function queryUser() {
    try {
      const response = await fetch(serviceUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${await getToken()}` },
      });
      const { data } = (await response.json()) as { data?: { user: string } };
      setUser(data?.user ?? 'The service has refused the token.');
    } catch (failure) {
      // SESSION_CHANGED: the user has switched the session or the organization since this was rendered.
      setUser(failure instanceof TokenError ? `No token: ${failure.code}` : 'The service did not answer.');
    }
  }

  if (isLoading) return <p>Loading</p>;
  if (!token) return <p>{error ? `No token: ${error.code}` : 'Signed out'}</p>;
  return (
    <section>
      <p>Token of {String(claims?.sub)}</p>
      <button type="button" onClick={queryUser}>
        Query the service
      </button>
      <button type="button" onClick={refresh}>
        Get a new token
      </button>
      <output>{user}</output>
    </section>
  );
}
