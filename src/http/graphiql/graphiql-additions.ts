import { completeStoredQuery } from './complete-stored-query.ts';
import { explainLostConnection } from './explain-lost-connection.ts';
import { graphiqlStyle } from './graphiql-style.ts';

// GraphiQL of @graphql-yoga/render-graphiql 5.24.1 needs both.
const scripts = [completeStoredQuery, explainLostConnection].map((script) => `(${script})(globalThis);`);

/** HTML for the start of the body of GraphiQL's page, after the bar. */
export const graphiqlAdditions = `<style>${graphiqlStyle}</style><script>${scripts.join('')}</script>`;
