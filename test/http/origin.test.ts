import { describe, expect, test } from 'vitest';
import { isOrigin } from '../../src/http/origin.ts';
import { gatewayOrigin, useGateways } from '../support/gateway.ts';
import { clerkCookies, signSession } from '../support/tokens.ts';

const world = useGateways({ bothWays: true });
const json = JSON.stringify({ query: '{ session { id } }' });

const shells = [
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'https://tauri.localhost',
  'http://tauri.localhost',
  'http://localhost',
  'app://-',
  'app://.',
  'app://obsidian.md',
  'my-app+x.2://main',
  'app://localhost:3000',
  'vscode-webview://0abc1def',
  'safari-web-extension://4ED3F5A6-0B1C-4D2E-8F90-123456789ABC',
  'safari-web-extension://4ed3f5a6-0b1c-4d2e-8f90-123456789abc',
  'moz-extension://4ed3f5a6-0b1c-4d2e-8f90-123456789abc',
  'chrome-extension://abcdefghijklmnop',
];

const refused = [
  ...[
    '*',
    'null',
    '',
    'capacitor',
    'capacitor:',
    'capacitor://',
    'capacitor:localhost',
    'capacitor:/localhost',
  ],
  ...[
    'capacitor://localhost/',
    'capacitor://localhost/index.html',
    'capacitor://localhost?x',
    'capacitor://localhost#x',
  ],
  ...[
    'capacitor://*',
    '*://localhost',
    'capacitor://user@localhost',
    'capacitor://local host',
    ' capacitor://localhost',
  ],
  ...[
    'capacitor://localhost\n',
    'capacitor://localhost, tauri://localhost',
    'capacitor://localhost:',
    'capacitor://x:123456',
  ],
  ...['CAPACITOR://localhost', 'capacitor://LOCALHOST', '1app://localhost', 'app://[::1]', 'app://%41'],
  ...[
    'file://',
    'file:///x',
    'file://localhost',
    'data://localhost',
    'javascript://localhost',
    'blob://localhost',
  ],
  ...[
    'about://blank',
    'filesystem://localhost',
    'ftp://localhost',
    'ws://localhost',
    'wss://localhost',
    'null://localhost',
  ],
  // Misspelt schemes, which no browser sends.
  ...[
    'htps://app.example.com',
    'ttps://app.example.com',
    'hhttps://app.example.com',
    'httpss://app.example.com',
  ],
  ...[
    'HTTPS://app.example.com',
    'https://APP.example.com',
    'https://app.example.com:443',
    'https://app.example.com/',
  ],
];

describe('origins of app shells', () => {
  test.each(shells)('X18 %s is an origin', (origin) => {
    expect(isOrigin(origin)).toBe(true);
    expect(() => world.start({ corsOrigins: [origin], authorizedParties: [origin] })).not.toThrow();
  });

  test.each(refused)('X18 %j is not an origin, and a gateway does not start with it', (origin) => {
    expect(isOrigin(origin)).toBe(false);
    expect(() => world.start({ corsOrigins: [origin] })).toThrow(/corsOrigins\.0: expected an exact origin/);
    expect(() => world.start({ authorizedParties: [origin] })).toThrow(
      /authorizedParties\.0: expected an exact/,
    );
  });

  test.each(shells)(
    'X18 a page of the configured origin %s reads answers and sends cookies',
    async (origin) => {
      const gateway = world.start({ corsOrigins: [origin], authorizedParties: [origin] });
      const azp = { azp: origin, iss: world.clerk.issuer };
      const cookie = clerkCookies(await signSession(world.clerk, azp));
      const bearer = { authorization: `Bearer ${await signSession(world.clerk, azp)}` };
      for (const who of [bearer, { cookie }]) {
        const response = await gateway.post(json, { ...who, origin });
        expect(await response.json()).toEqual({ data: { session: { id: 'sess_ada' } } });
        expect(response.headers.get('access-control-allow-origin')).toBe(origin);
        expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      }
      const preflight = await gateway.fetch(
        new Request(`${gatewayOrigin}/graphql`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        }),
      );
      expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    },
  );

  test('X18 a page of another or a similar origin gets no CORS header and no session', async () => {
    const own = 'capacitor://localhost';
    const gateway = world.start({ corsOrigins: [own], authorizedParties: [own] });
    const cookie = clerkCookies(await signSession(world.clerk, { azp: own }));
    for (const origin of [
      ...[
        'tauri://localhost',
        'capacitor://localhost/',
        'CAPACITOR://localhost',
        'capacitor://localhost.evil.example',
      ],
      ...['http://localhost', 'https://localhost', 'capacitor://localhost:1', 'null', 'file://'],
    ]) {
      const response = await gateway.post(json, { cookie, origin });
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      const bearer = await signSession(world.clerk, { azp: origin });
      expect((await gateway.ask('{ session { id } }', { bearer })).codes).toEqual(['UNAUTHENTICATED']);
    }
  });
});
