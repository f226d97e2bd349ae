import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Returns the HTML of the page of GraphiQL, which is always compressed. */
export async function graphiqlHtml(response: Response): Promise<string> {
  const html = await promisify(gunzip)(await response.arrayBuffer());
  return html.toString();
}
