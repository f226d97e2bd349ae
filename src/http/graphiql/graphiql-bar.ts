import { logo } from './logo.ts';

export interface GraphiQLBarOptions {
  /** Where the name of the product links to. @default it is no link */
  homeUrl?: string;
  /** HTML beside the name. Trusted. @default '' */
  controls?: string;
  /** HTML that says what to do. Trusted. */
  hint: string;
}

/** Returns the HTML of the bar above GraphiQL: the name, the controls, a line for messages, and the hint. */
export function graphiqlBar({ homeUrl, controls = '', hint }: GraphiQLBarOptions): string {
  const name = `${logo}<span>Mintgate</span>`;
  const brand =
    homeUrl === undefined
      ? `<span class="brand">${name}</span>`
      : `<a class="brand" href="${homeUrl}">${name}</a>`;
  return `<header id="mintgate-bar"><div class="row">${brand}${controls}</div>
<p id="mintgate-note" role="status"></p><div id="mintgate-hint">${hint}</div></header>`;
}
