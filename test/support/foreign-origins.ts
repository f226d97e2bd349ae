/** Origins that are not `appOrigin`, some of which look like it. */
export const foreignOrigins: readonly string[] = [
  'https://evil.example',
  'null',
  'http://app.example.com',
  'https://app.example.com.evil.example',
  'https://evil-app.example.com',
  'https://sub.app.example.com',
  'https://app.example.com:444',
  'https://app.example.com/',
  'HTTPS://APP.EXAMPLE.COM',
  '*',
  '',
];
