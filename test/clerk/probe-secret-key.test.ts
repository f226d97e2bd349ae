import type { ClerkClient } from '@clerk/backend';
import { expect, test } from 'vitest';
import { probeSecretKey } from '../../src/clerk/probe-secret-key.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { createForge } from '../support/tokens.ts';

const [mine, alsoMine, foreign] = [createForge(), createForge(), createForge()].map(({ publicJwk }, at) => ({
  ...publicJwk,
  kid: `ins_${at}`,
}));
const key = (text: string) => ({ text, client: {} as ClerkClient });
const keySet = (...keys: unknown[]) => Response.json({ keys });
const refusal = () => Response.json(clerkErrorBody('clerk_key_invalid', 'no'), { status: 401 });
const page = () => new Response('<html>', { status: 502 });

/** Probes `new` against `old`, with an answer for each. @returns the verdict, and the keys that were sent */
async function probe(answers: { new: () => Response; old: () => Response }) {
  const sent: string[] = [];
  const options = {
    url: new URL('https://clerk.invalid/v1/jwks'),
    deadline: 3_000,
    fetch: async (_url: URL, { headers }: RequestInit) => {
      const text = new Headers(headers).get('authorization')?.replace('Bearer ', '') as 'new' | 'old';
      sent.push(text);
      return answers[text]();
    },
  };
  return { verdict: await probeSecretKey(options, key('new'), key('old')), sent };
}

test('a key with the key set of the instance is accepted, though a public key is being rotated', async () => {
  const answers = { new: () => keySet(alsoMine, mine), old: () => keySet(mine) };
  expect(await probe(answers)).toEqual({ verdict: 'accepted', sent: ['new', 'old'] });
});

test('a key that Clerk refuses is refused, and the other one is not sent', async () => {
  expect(await probe({ new: refusal, old: () => keySet(mine) })).toEqual({
    verdict: 'refused',
    sent: ['new'],
  });
});

test('a key with another key set is of another instance, even where the ids of the keys are equal', async () => {
  const stranger = { ...foreign, kid: mine?.kid };
  expect((await probe({ new: () => keySet(stranger), old: () => keySet(mine) })).verdict).toBe('foreign');
});

test.each<[string, { new: () => Response; old: () => Response }]>([
  ['the new key gets no answer of Clerk', { new: page, old: () => keySet(mine) }],
  ['the old key gets no answer of Clerk', { new: () => keySet(mine), old: page }],
  ['Clerk refuses the old key', { new: () => keySet(mine), old: refusal }],
  ['the network fails', { new: () => Response.error(), old: () => keySet(mine) }],
])('nothing is shown when %s', async (_what, answers) => {
  expect((await probe(answers)).verdict).toBeUndefined();
});
