// Runs the load in a separate process, so that it disturbs the servers as little as possible.
import { answerParent } from '../../test/support/remote.ts';
import { burst } from './burst.ts';
import { closedLoop } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';

const handlers = { closedLoop, openLoop, burst };
process.once('disconnect', () => process.exit());
answerParent(handlers);

export type LoadProcess = typeof handlers;
