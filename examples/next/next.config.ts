import { join } from 'node:path';
import type { NextConfig } from 'next';

export default {
  // mintgate: begin
  // A bundle would contain two copies of "graphql", which do not recognize each other's errors.
  serverExternalPackages: ['mintgate', 'graphql'],
  // mintgate: end
  turbopack: {
    // The same for the edge runtime, where all packages are bundled.
    resolveAlias: { graphql: 'graphql/index.js' },
    // For this repository only, where "mintgate" is a link to a parent folder.
    root: join(import.meta.dirname, '../..'),
  },
} satisfies NextConfig;
