'use client';

export { TokenProvider, type TokenProviderProps } from './token-provider.ts';
export type { TokenState } from './token-state.ts';
export type { ClerkAuth } from './use-clerk-credentials.ts';
export { useToken } from './use-token.ts';
