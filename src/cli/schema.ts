import { printSubgraphSchema } from '@apollo/subgraph';
import { schema } from '../schema/index.ts';

/** The subgraph SDL, as a schema registry is given it. */
export async function schemaText(): Promise<string> {
  return printSubgraphSchema(schema).trim();
}
