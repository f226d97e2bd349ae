import { join } from 'node:path';
import type { NextConfig } from 'next';

export default {
  // mintgate: begin
  // In a bundle there would be two copies of "graphql", which do not know each other's errors.
  serverExternalPackages: ['mintgate', 'graphql'],
  // mintgate: end

  // For this repository only, where "mintgate" is a link to a folder above this one.
  turbopack: { root: join(import.meta.dirname, '../..') },
} satisfies NextConfig;
