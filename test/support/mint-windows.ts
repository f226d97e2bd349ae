import { aCaller, startEngine } from './engine.ts';

/** Lives of tokens, with their soft and hard points when `maxCacheAge` equals the life, in seconds. */
export const lives = [
  { life: 30, soft: 22.5, hard: 25 },
  { life: 60, soft: 45, hard: 54 },
  { life: 3_600, soft: 2_700, hard: 3_240 },
];

/** Starts an engine whose tokens live for `life` seconds, and are cached for `maxCacheAge` seconds. */
export function engineWith(life: number, maxCacheAge = life) {
  const engine = startEngine({ templates: { hasura: { maxCacheAge } } });
  engine.clerk.life = life;
  return engine;
}

/** A caller whose session token outlives the test. */
export const ada = () => aCaller({ exp: Math.floor(Date.now() / 1000) + 7_200 });
