/** Runs a gateway on the server of the command. Its shutdown waits for at most half a second. */
import { listen } from '../../src/cli/http-server.ts';
import { shutDownOnSignal } from '../../src/cli/shutdown.ts';
import { createGateway, createLogger } from '../../src/index.ts';

const gateway = createGateway({ ...JSON.parse(process.env.GATEWAY ?? '{}'), logger: createLogger() });
const { server, origin } = await listen(gateway, 0, '127.0.0.1');
const { drain, dispose } = gateway;
shutDownOnSignal({ server, drain, dispose, onProgress: console.log, delayMs: 0, maxWaitMs: 500 });
console.log(origin);
