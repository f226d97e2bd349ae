// repository: begin
import { join } from 'node:path';
// repository: end
import type { NextConfig } from 'next';

export default {
  // mintgate: begin
  // A bundle would contain two copies of "graphql", which do not recognize each other's errors.
  serverExternalPackages: ['mintgate', 'graphql'],
  // mintgate: end
  turbopack: {
    // The same for the edge runtime, where all packages are bundled.
    resolveAlias: { graphql: 'graphql/index.js' },
    // repository: begin
    // Here "mintgate" is a link to a parent folder.
    root: join(import.meta.dirname, '../..'),
    // repository: end
  },
} satisfies NextConfig;
