/** A gateway behind the server of the command, which on SIGTERM waits for half a second only. */
import { listen } from '../../src/cli/http-server.ts';
import { shutDownOnSignal } from '../../src/cli/shutdown.ts';
import { createGateway, createLogger } from '../../src/index.ts';

const gateway = createGateway({ ...JSON.parse(process.env.GATEWAY ?? '{}'), logger: createLogger() });
const { server, origin } = await listen(gateway, 0, '127.0.0.1');
const { drain, dispose } = gateway;
shutDownOnSignal({ server, drain, dispose, onWait: (what) => console.log(what), patience: 500 });
console.log(origin);
