import { version } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App, type PageConfig, type Seen } from './app.tsx';
import { type BrowserClerk, browserClerk, type KnownSession } from './browser-clerk.ts';

/** The handles of the page for its test. */
export interface PageHandles {
  version: string;
  clerk: BrowserClerk;
  /** What each rendering has seen, the first one first. */
  seen: Seen[];
  unmount(): void;
}

const { config, sessions } = (await (await fetch('/config')).json()) as {
  config: PageConfig;
  sessions: KnownSession[];
};
const address = new URL(location.href);
const clerk = browserClerk(sessions, address.searchParams.get('session'));
const seen: Seen[] = [];
const root = hydrateRoot(
  document.getElementById('root') as HTMLElement,
  <App {...config} clerk={clerk} onRender={(each) => seen.push(each)} />,
  { onRecoverableError: (error) => console.error('hydration', error) },
);
// ClerkProvider loads the script by itself.
if (config.by === 'credentials') void clerk.load();
Object.assign(globalThis, { handles: { version, clerk, seen, unmount: () => root.unmount() } });
