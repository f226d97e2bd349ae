import { describeMount } from './mount-suite.ts';

const shared = { example: 'express-sdk-node', path: '/graphql' };

describeMount({ ...shared, name: 'Express 5 with ClerkExpressWithAuth', script: 'start' });
describeMount({
  ...shared,
  name: 'Express 5 with ClerkExpressRequireAuth',
  script: 'start:require-auth',
  anonymous: 401,
});
