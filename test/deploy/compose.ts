import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** The parts of compose.yaml that the tests read. */
export interface Compose {
  services: Record<string, Service>;
}

export interface Service {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  env_file?: string;
  ports?: string[];
  networks?: string[];
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  user?: string;
}

/** The location of compose.yaml. */
export const composeFile = new URL('../../compose.yaml', import.meta.url);

export async function readCompose(): Promise<Compose> {
  return parse(await readFile(composeFile, 'utf8')) as Compose;
}
