/** The page that sends the request of a browser. */
export const origin = 'https://app.example.com';
