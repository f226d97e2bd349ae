import { startApolloGateway } from './apollo-gateway.ts';
import { type Compose, composeForApollo, composeForHive } from './composers.ts';
import { startHiveCommand, startHiveInProcess } from './hive-gateway.ts';

/** A router in front of a supergraph. */
export interface Router {
  ask(request: RequestInit): Promise<Response>;
  close(): Promise<unknown>;
}

export type StartRouter = (supergraphSdl: string) => Promise<Router>;

/** The routers on npm, by their names, with the composer for each. */
export const routers: readonly [name: string, start: StartRouter, compose: Compose][] = [
  ['Apollo Gateway', startApolloGateway, composeForApollo],
  ['Hive Gateway in process', startHiveInProcess, composeForHive],
  ['the command hive-gateway', startHiveCommand, composeForHive],
];
