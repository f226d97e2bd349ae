import { expect } from 'vitest';
import type { CodeBlock } from './code-blocks.ts';
import { type DocumentsWorld, runShell } from './documents-world.ts';
import type { Runner } from './runners.ts';

const options = { tokenExchange: { 'https://api.example.com': 'hasura' } };
const url = 'https://tokens.example.com/token';

/** Returns whether a block is a token exchange, or its answer. */
export const isExchange = ({ code }: CodeBlock) => /grant-type:token-exchange|"issued_token_type"/.test(code);

/** The runners of docs/token-exchange.md. */
export const exchangeRunners: readonly Runner[] = [
  {
    name: 'is an exchange that is answered',
    claims: (block) => block.language === 'sh' && isExchange(block),
    run: async ({ code }, world) => {
      expect(JSON.parse((await sendByShell(code, world)).stdout).access_token).toMatch(/^eyJ/);
    },
  },
  {
    name: 'is a program that exchanges a token',
    claims: (block) => block.language === 'ts' && isExchange(block),
    run: runClient,
  },
  {
    name: 'is an answer as the token exchange gives it',
    claims: (block) => block.language === 'json' && isExchange(block),
    run: async ({ code }, world) => {
      const request = `curl -s http://127.0.0.1:4000/token -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
        -d subject_token_type=urn:ietf:params:oauth:token-type:jwt -d "subject_token=$SESSION_TOKEN" -d audience=https://api.example.com`;
      const { access_token: shown, expires_in: _shown, ...rest } = JSON.parse(code);
      const {
        access_token: given,
        expires_in: left,
        ...others
      } = JSON.parse((await sendByShell(request, world)).stdout);
      expect([shown, given]).toEqual([expect.stringMatching(/^eyJ/), expect.stringMatching(/^eyJ/)]);
      expect([others, typeof left]).toEqual([rest, 'number']);
    },
  },
];

async function sendByShell(code: string, world: DocumentsWorld) {
  const { origin } = new URL(await world.gateway(options));
  return runShell(code, origin, { SESSION_TOKEN: await world.clerk.mintSessionToken('sess_ada') });
}

async function runClient({ code }: CodeBlock, world: DocumentsWorld): Promise<void> {
  const endpoint = new URL('/token', await world.gateway(options)).href;
  const around = `const sessionToken = process.env.SESSION_TOKEN ?? '';
    const show = (value: unknown) => console.log(value);`;
  const program = (part: string) => `${around}\n${part.replace(url, endpoint)}`;
  const env = { SESSION_TOKEN: await world.clerk.mintSessionToken('sess_ada') };
  expect((await world.program(program(code), env)).stdout).toMatch(/^eyJ/);
  const refused = await world.program(program(code.replace('https://api.example.com', 'unknown')), env);
  expect(refused.stderr).toContain('invalid_target: There is no token for this audience');
}
