// Runs the load in a separate process, so that it disturbs the servers as little as possible.
import { answerParent } from '../../test/support/remote.ts';
import { burst } from './burst.ts';
import { closedLoop } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';
import { closeStreams, countStreams, openStreams } from './streams.ts';

const handlers = { closedLoop, openLoop, burst, openStreams, countStreams, closeStreams };
process.once('disconnect', () => process.exit());
answerParent(handlers);

export type LoadProcess = typeof handlers;
