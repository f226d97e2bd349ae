import { ClerkProvider, useAuth } from '@clerk/react';
import { TokenProvider, useToken } from 'mintgate/react';
import { StrictMode, useSyncExternalStore } from 'react';
import { Profile, Tokens } from '../../react.tsx';
import type { BrowserClerk } from './browser-clerk.ts';

/** What the server of the page tells the page. */
export interface PageConfig {
  publishableKey: string;
  gatewayUrl: string;
  serviceUrl: string;
  /** The template that is watched. */
  template: string;
  /** How the provider learns of the session: by the hook of `@clerk/react`, or by its property `credentials`. */
  by: 'useAuth' | 'credentials';
}

/** What one rendering of a component has seen: whose session it is, and whose token. */
export interface Seen {
  session: string | null | undefined;
  organization: string | null | undefined;
  token: string | null;
  claims: Record<string, unknown> | null;
  error: string | undefined;
}

interface AppProps extends PageConfig {
  /** The script of Clerk; undefined on a server. */
  clerk?: BrowserClerk;
  /** Receives what each rendering sees. */
  onRender: (seen: Seen) => void;
}

/** The page, in Strict Mode. */
export function App(props: AppProps) {
  return (
    <StrictMode>
      {props.by === 'useAuth' ? <WithClerk {...props} /> : <WithCredentials {...props} />}
    </StrictMode>
  );
}

/** The example, with the real `ClerkProvider`. */
function WithClerk({ publishableKey, gatewayUrl, serviceUrl, template, clerk, onRender }: AppProps) {
  return (
    <ClerkProvider publishableKey={publishableKey} {...(clerk && { Clerk: clerk as never })}>
      <Tokens url={gatewayUrl}>
        <Profile serviceUrl={serviceUrl} />
        <Profile serviceUrl={serviceUrl} />
        <Watcher template={template} onRender={onRender} />
      </Tokens>
    </ClerkProvider>
  );
}

/** An application that knows the session without hooks of Clerk. */
function WithCredentials({ gatewayUrl, template, clerk, onRender }: AppProps) {
  const session = useSyncExternalStore(
    (onChange) => clerk?.addListener(onChange) ?? (() => {}),
    () => clerk?.session,
    () => undefined,
  );
  const credentials = {
    getToken: (options: { skipCache: boolean }) => session?.getToken(options),
    identity: () => session?.id,
  };
  return (
    <TokenProvider url={gatewayUrl} credentials={credentials}>
      <Watched template={template} session={session?.id} organization={null} onRender={onRender} />
    </TokenProvider>
  );
}

function Watcher(props: Pick<AppProps, 'template' | 'onRender'>) {
  const { sessionId: session, orgId: organization } = useAuth();
  return <Watched {...props} session={session} organization={organization} />;
}

function Watched({
  template,
  session,
  organization,
  onRender,
}: Pick<AppProps, 'template' | 'onRender'> & Pick<Seen, 'session' | 'organization'>) {
  const { token, claims, error } = useToken(template);
  onRender({ session, organization, token, claims, error: error?.code });
  return <p id="watched">{token ?? error?.code ?? 'none'}</p>;
}
