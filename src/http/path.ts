/** The path of a URL or of a request target, without parsing more of it than needed; query and fragment left out. */
export function pathOf(url: string): string {
  const rest = url.startsWith('/') ? url : afterAuthority(url);
  const end = rest.search(/[?#]/);
  return end < 0 ? rest : rest.slice(0, end);
}

function afterAuthority(url: string): string {
  const from = url.indexOf('://') + 3;
  const to = url.slice(from).search(/[/?#]/);
  const rest = to < 0 ? '' : url.slice(from + to);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
