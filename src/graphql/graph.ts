import './query.ts';
import './scalars.ts';
import './session.ts';
import './subscription.ts';
import './token.ts';

/** Every type of the graph, and the builder that knows them. */
export { builder } from './builder.ts';
