/** A process that creates a gateway with Redis and never disposes it. It must end by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createGateway, createLogger } from '../../src/index.ts';

const { GATEWAY = '{}', ALIVE_FOR = '0' } = process.env;
const gateway = createGateway({ ...JSON.parse(GATEWAY), logger: createLogger({ level: 'info' }) });
await gateway.fetch(new Request('https://tokens.example.com/health'));
await sleep(Number(ALIVE_FOR));
process.stdout.write('done\n');
