import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** The HTML of GraphiQL's page, which is always sent compressed. */
export async function graphiqlHtml(response: Response): Promise<string> {
  const html = await promisify(gunzip)(await response.arrayBuffer());
  return html.toString();
}
