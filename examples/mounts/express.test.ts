import { describeMount } from './mount-suite.ts';

describeMount({
  name: 'Express 5',
  example: 'express',
  script: 'start',
  path: '/graphql',
  malformed: { status: 400, contentType: /html/ },
});
